import { Module } from '@nestjs/common';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { JobsModule } from '../platform/jobs/jobs.module.js';
import { AccountLedger } from './account-ledger.js';
import { Attempts } from './attempts.js';
import { Cookies } from './cookies.js';
import { IdentityUpkeep } from './identity-upkeep.js';
import { KnownDevices } from './known-devices.js';
import { LinkGate } from './link-gate.js';
import { LinkLog } from './link-log.js';
import { LinkPasswords } from './link-passwords.js';
import { NewAccounts } from './new-accounts.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordLinkController } from './password-link.controller.js';
import { PasswordLinks } from './password-links.js';
import { PeopleController } from './people.controller.js';
import { PeopleLedger } from './people-ledger.js';
import { PeopleService } from './people.service.js';
import { SessionController } from './session.controller.js';
import { SessionLedger } from './session-ledger.js';
import { SetUp } from './set-up.js';
import { ShownPasswords } from './shown-passwords.js';
import { SignInService } from './sign-in.service.js';
import { TokenLedger } from './token-ledger.js';
import { TokensController } from './tokens.controller.js';
import { UploadGrants } from './upload-grants.js';
import { Welcome } from './welcome.js';

/** Who may in. */
@Module({
  imports: [JobsModule],
  controllers: [PasswordLinkController, PeopleController, SessionController, TokensController],
  exports: [Cookies, LinkGate, LinkLog, LinkPasswords, NewAccounts, PasswordHasher, ShownPasswords, UploadGrants],
  providers: [
    AccountLedger,
    Attempts,
    IdentityUpkeep,
    KnownDevices,
    LinkGate,
    LinkLog,
    LinkPasswords,
    NewAccounts,
    PasswordHasher,
    PasswordLinks,
    PeopleLedger,
    PeopleService,
    Welcome,
    SessionLedger,
    SetUp,
    ShownPasswords,
    SignInService,
    TokenLedger,
    UploadGrants,
    {
      provide: Cookies,
      inject: [CONFIGURATION],
      useFactory: ({ access }: Configuration) => new Cookies(access.publicUrl?.startsWith('https://') ?? false),
    },
  ],
})
export class IdentityModule {}
