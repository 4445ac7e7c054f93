import { createHmac, timingSafeEqual, createHash } from 'node:crypto';

/** How long a page stays signed in. */
export const SESSION_SECONDS = 12 * 60 * 60;

/**
 * The page's proof that it has shown the admin token: an expiry and a keyed digest of it. It needs no row, and a new
 * admin token ends all of them.
 */
export class SessionCookie {
  readonly name: string;
  private readonly key: Buffer;

  /** @param secure true when people reach the server over https: then the cookie can be bound to this very host */
  constructor(
    adminToken: string,
    private readonly secure: boolean,
  ) {
    this.name = secure ? '__Host-stowage' : 'stowage';
    this.key = createHash('sha256').update(`stowage session\n${adminToken}`).digest();
  }

  /** A `Set-Cookie` value that signs in until {@link SESSION_SECONDS} from `now` (ms since the epoch). */
  issue(now: number): string {
    const expiry = String(Math.floor(now / 1000) + SESSION_SECONDS);
    return this.header(`${expiry}.${this.seal(expiry)}`, SESSION_SECONDS);
  }

  /** A `Set-Cookie` value that signs out. */
  clear(): string {
    return this.header('', 0);
  }

  /** True when a `Cookie` header carries a session that is ours and not over. */
  accepts(cookieHeader: string | undefined, now: number): boolean {
    const value = cookieHeader
      ?.split(';')
      .map((pair) => pair.trim())
      .find((pair) => pair.startsWith(`${this.name}=`))
      ?.slice(this.name.length + 1);
    const [expiry, seal, ...rest] = value?.split('.') ?? [];
    if (expiry === undefined || seal === undefined || rest.length > 0 || !/^\d{1,12}$/u.test(expiry)) return false;
    return equalSecrets(seal, this.seal(expiry)) && Number(expiry) * 1000 > now;
  }

  private seal(expiry: string): string {
    return createHmac('sha256', this.key).update(expiry).digest('base64url');
  }

  private header(value: string, maxAge: number): string {
    return `${this.name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${this.secure ? '; Secure' : ''}`;
  }
}

/** Compares two secrets in a time that does not tell how alike they are. */
export function equalSecrets(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
