import { Injectable } from '@nestjs/common';
import { nameKey, type Account, type ChangePassword, type SignIn } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { ProblemError } from '../platform/http/problem-error.js';
import { AccountLedger, type Credentials } from './account-ledger.js';
import { Attempts, bucketOf, type Bucket } from './attempts.js';
import { KnownDevices } from './known-devices.js';
import { networkOf } from './networks.js';
import { PasswordHasher } from './password-hasher.js';
import { checkNewPassword } from './password-policy.js';
import { digestOf } from './secrets.js';
import { type NewSession, type Place, SessionLedger } from './session-ledger.js';

/** Of strangers: twenty, then one in three minutes. */
const PER_ACCOUNT = { burst: 20, everySeconds: 180 };
/** More than of one account: a whole house may share an address. */
const PER_ADDRESS = { burst: 40, everySeconds: 60 };
/** Of a browser that has signed in before, and of one that is signed in. */
const PER_DEVICE = { burst: 20, everySeconds: 60 };

/** Somebody who has signed in, and the secrets for the cookies. */
export interface SignedIn {
  readonly account: Account;
  readonly session: NewSession;
  readonly device: string;
}

/** Where somebody signs in. */
export interface Browser extends Place {
  /** The secret that says somebody has signed in there before. */
  readonly device: string | null;
}

/** Lets people in by name and password. */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: DataSource,
    private readonly accounts: AccountLedger,
    private readonly sessions: SessionLedger,
    private readonly devices: KnownDevices,
    private readonly attempts: Attempts,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Signs in. Whether nobody has the name or the password is another cannot be told, by the answer or by its time.
   * @throws ProblemError sign-in-failed, too-many-attempts, overloaded
   */
  async signIn({ name, password }: SignIn, browser: Browser): Promise<SignedIn> {
    const found = name.includes('\0') ? null : await this.accounts.byName(name);
    const known = await this.isKnown(found, browser);
    const buckets = known
      ? [bucketOf('device', digestOf(browser.device ?? ''), PER_DEVICE)]
      : [bucketOf('address', networkOf(browser.address), PER_ADDRESS), bucketOf('account', nameKey(name), PER_ACCOUNT)];
    await this.checkPassword(found, password, buckets);
    if (found === null) throw refusal();
    return this.database.transaction(async (manager) => {
      if (!(await this.accounts.stillHas(manager, found))) throw refusal();
      return this.begin(manager, found.account, browser);
    });
  }

  /** Begins a session of an account, in a browser that is known from then on. */
  async begin(manager: EntityManager, account: Account, browser: Browser): Promise<SignedIn> {
    await this.accounts.signedIn(manager, account.id);
    const session = await this.sessions.begin(manager, { accountId: account.id }, browser);
    const device = await this.devices.remember(manager, account.id, browser.device);
    return { account, session, device };
  }

  /**
   * Changes an account's password, ends all its sessions, and begins one.
   * @throws ProblemError sign-in-failed when it was another until now; password-refused, too-many-attempts, overloaded
   */
  async changePassword(account: Account, { current, password }: ChangePassword, place: Place): Promise<NewSession> {
    await checkNewPassword(password, account.name);
    const found = await this.accounts.byId(account.id);
    await this.checkPassword(found, current, [bucketOf('change', account.id, PER_DEVICE)]);
    const passwordHash = await this.hasher.hash(password);
    return this.database.transaction(async (manager) => {
      const isChanged = await this.accounts.changePassword(
        manager,
        account.id,
        found?.passwordHash ?? '',
        passwordHash,
      );
      if (!isChanged) throw refusal();
      await this.sessions.endAll(manager, account.id);
      return this.sessions.begin(manager, { accountId: account.id }, place);
    });
  }

  private async isKnown(found: Credentials | null, { device }: Browser): Promise<boolean> {
    return found !== null && device !== null && (await this.devices.knows(device, found.account.id));
  }

  private async checkPassword(found: Credentials | null, password: string, buckets: readonly Bucket[]): Promise<void> {
    await this.attempts.take(buckets);
    if (!(await this.hasher.matches(found?.passwordHash ?? null, password))) throw refusal();
    await this.attempts.giveBack(buckets);
  }
}

function refusal(): ProblemError {
  return new ProblemError('sign-in-failed', 'Nobody has this name and this password.');
}
