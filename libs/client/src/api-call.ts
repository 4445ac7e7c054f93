/** One call of the JSON API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Anything that checks an answer: the schemas of the contract. */
export interface AnswerSchema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: unknown };
}

/** Makes calls; both reject with a `ProblemError`, or with the reason of their signal. */
export interface Caller {
  /** For its answer. */
  read<T>(schema: AnswerSchema<T>, call: Call): Promise<T>;
  /** For what it does. */
  call(call: Call): Promise<string>;
}

/** Which page of a list. */
export interface PageQuery {
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string | null;
}

/** The query part of an address; what is null or left out is not in it. */
export function search(query: Readonly<Record<string, string | number | null | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
