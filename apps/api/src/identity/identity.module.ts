import { Module } from '@nestjs/common';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { SessionController } from './session.controller.js';
import { SessionCookie } from './session-cookie.js';
import { SESSION_COOKIE } from './session-cookie.token.js';

/** Who may in. */
@Module({
  controllers: [SessionController],
  providers: [
    {
      provide: SESSION_COOKIE,
      inject: [CONFIGURATION],
      useFactory: ({ access }: Configuration) =>
        access.adminToken === null
          ? null
          : new SessionCookie(access.adminToken, access.publicUrl?.startsWith('https://') ?? false),
    },
  ],
  exports: [SESSION_COOKIE],
})
export class IdentityModule {}
