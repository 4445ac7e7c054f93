/** How to reach a server, and who wants to know about it. */
export interface ServerConnection {
  /** Origin (and path prefix) without a slash at the end; `''` means the page's own origin. */
  readonly baseUrl: string;
  /** Extra headers of every request, e.g. `Authorization`. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Whether cookies go to another origin too. */
  readonly credentials: 'same-origin' | 'include';
  /** How the JSON API is called. */
  readonly fetch: typeof fetch;
  /** Told after every request whether the server answered it at all. */
  readonly onContact: (reached: boolean) => void;
  /**
   * Asked when the server answers 401: gets a new session and resolves with true, or with false to let the request
   * fail. Many requests may ask at once; they should share one answer.
   * @param sentAt when the refused request was begun, as `performance.now()` tells: a session may be newer than that
   * @param code `unauthorized`; `not-set-up`, when there is nobody yet who could sign in; or `link-password-needed`
   */
  readonly reauthorize: ((sentAt: number, code: string) => Promise<boolean>) | null;
}

/** Fills in what is not given: the page's own origin, no token, nobody to ask. */
export function connectTo(connection: Partial<ServerConnection> = {}): ServerConnection {
  return {
    baseUrl: '',
    headers: () => ({}),
    credentials: 'same-origin',
    fetch: (...request) => globalThis.fetch(...request),
    onContact: () => undefined,
    reauthorize: null,
    ...connection,
  };
}
