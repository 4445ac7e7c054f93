import type { IncomingMessage } from 'node:http';
import { digestOf } from './secrets.js';

/** A device that somebody has signed in on is remembered for so long. */
export const DEVICE_SECONDS = 365 * 24 * 60 * 60;

/** What a browser keeps: the secret of its session, and one that says on it somebody has signed in before. */
export class Cookies {
  private readonly session: string;
  private readonly device: string;
  private readonly link: string;

  /** @param secure true when people reach the server over https: then the cookies can be bound to this very host */
  constructor(private readonly secure: boolean) {
    const prefix = secure ? '__Host-' : '';
    this.session = `${prefix}stowage`;
    this.device = `${prefix}stowage-device`;
    this.link = `${prefix}stowage-link`;
  }

  /** The secret of a session, as a request has it. */
  sessionOf(request: IncomingMessage): string | null {
    return this.read(request, this.session);
  }

  /** The secret of a known device, as a request has it. */
  deviceOf(request: IncomingMessage): string | null {
    return this.read(request, this.device);
  }

  /** The secret of whoever has shown the password of a link, as a request has it. */
  linkOf(request: IncomingMessage, slug: string): string | null {
    return this.read(request, this.nameOfLink(slug));
  }

  /**
   * A `Set-Cookie` value that remembers whoever has shown the password of a link. Behind https it is bound to this very
   * host, which a cookie of one path cannot be; so each link has a name of its own, which is not its secret.
   */
  holdLink(slug: string, secret: string, seconds: number): string {
    return this.header(this.nameOfLink(slug), secret, seconds);
  }

  /** Two `Set-Cookie` values that sign in. Without an age: the server knows when the session is over. */
  signIn(session: string, device: string): string[] {
    return [this.header(this.session, session, null), this.header(this.device, device, DEVICE_SECONDS)];
  }

  /** A `Set-Cookie` value of a session alone. */
  holdSession(session: string): string {
    return this.header(this.session, session, null);
  }

  /** A `Set-Cookie` value that signs out. */
  signOut(): string {
    return this.header(this.session, '', 0);
  }

  private nameOfLink(slug: string): string {
    return `${this.link}-${digestOf(slug).toString('base64url').slice(0, 16)}`;
  }

  private read(request: IncomingMessage, name: string): string | null {
    const found = request.headers.cookie
      ?.split(';')
      .map((pair) => pair.trim())
      .find((pair) => pair.startsWith(`${name}=`))
      ?.slice(name.length + 1);
    // Nothing longer is a secret of ours.
    return found === undefined || !/^[\w-]{43}$/u.test(found) ? null : found;
  }

  private header(name: string, value: string, maxAge: number | null): string {
    const age = maxAge === null ? '' : `; Max-Age=${maxAge}`;
    return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${age}${this.secure ? '; Secure' : ''}`;
  }
}
