import type { IncomingMessage } from 'node:http';

/** A device that somebody has signed in on is remembered for so long. */
export const DEVICE_SECONDS = 365 * 24 * 60 * 60;

/** What a browser keeps: the secret of its session, and one that says on it somebody has signed in before. */
export class Cookies {
  private readonly session: string;
  private readonly device: string;

  /** @param secure true when people reach the server over https: then the cookies can be bound to this very host */
  constructor(private readonly secure: boolean) {
    const prefix = secure ? '__Host-' : '';
    this.session = `${prefix}stowage`;
    this.device = `${prefix}stowage-device`;
  }

  /** The secret of a session, as a request has it. */
  sessionOf(request: IncomingMessage): string | null {
    return this.read(request, this.session);
  }

  /** The secret of a known device, as a request has it. */
  deviceOf(request: IncomingMessage): string | null {
    return this.read(request, this.device);
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
