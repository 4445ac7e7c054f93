import { toProblem } from './problem-error.js';

/** Headers of a request. */
type Headers = Readonly<Record<string, string>>;

/**
 * Secrets by which uploads go on when the session is over in which they were begun. Each is shown only once the session
 * will not do any more.
 */
export class Grants {
  readonly #secrets = new Map<string, string>();
  readonly #shown = new Set<string>();

  /** Keeps the secret of an upload that has just begun. */
  keep(uploadId: string, secret: string): void {
    this.#secrets.set(uploadId, secret);
  }

  /** Forgets the secret of an upload that has ended. */
  forget(uploadId: string): void {
    this.#secrets.delete(uploadId);
    this.#shown.delete(uploadId);
  }

  /**
   * Makes a request about an upload, and makes it again with the upload's secret if nobody is signed in.
   * @param send makes it, with these headers
   * @param uploadId null for a request about no upload, or about one that nobody knows the id of
   */
  async use<T>(uploadId: string | null, send: (headers: Headers) => Promise<T>): Promise<T> {
    const secret = uploadId === null ? undefined : this.#secrets.get(uploadId);
    if (uploadId === null || secret === undefined) return send({});
    if (!this.#shown.has(uploadId)) {
      try {
        return await send({});
      } catch (error) {
        if (!isSignedOut(error)) throw error;
        this.#shown.add(uploadId);
      }
    }
    try {
      return await send({ authorization: `Bearer ${secret}` });
    } catch (error) {
      // Somebody has ended the session on purpose: now only signing in helps.
      if (isSignedOut(error)) this.forget(uploadId);
      throw error;
    }
  }
}

function isSignedOut(error: unknown): boolean {
  return toProblem(error).code === 'unauthorized';
}
