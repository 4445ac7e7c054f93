import { PROBLEMS, PROBLEM_TYPE_PREFIX, type Problem, type ProblemCode, problemSchema } from '@stowage/contract';

/** Problems that never reach the server, or come from something in between. */
export const CLIENT_PROBLEMS = {
  network: { title: 'The server cannot be reached', retryable: true },
  offline: { title: 'There is no network', retryable: true },
  stalled: { title: 'The connection stalled', retryable: true },
  'http-error': { title: 'The request failed on its way', retryable: false },
  'source-changed': { title: 'The file cannot be read any more', retryable: false },
  'different-file': { title: 'Not the same file', retryable: false },
  'upload-failed': { title: 'The server could not store the file', retryable: false },
  'unexpected-answer': { title: 'The answer was not understood', retryable: false },
  unexpected: { title: 'Something went wrong in this program', retryable: false },
} as const;

/** See {@link CLIENT_PROBLEMS}. */
export type ClientProblemCode = keyof typeof CLIENT_PROBLEMS;

/**
 * Anything that kept a request from succeeding: a problem document of the server, or one made here for a failure that has
 * none. Decide on {@link retryable} and {@link code}, show {@link title} and {@link detail}.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly problem: Problem,
    /** What the server asked to wait, in milliseconds; null when it did not say. */
    readonly retryAfterMs: number | null = null,
    options?: ErrorOptions,
  ) {
    super(problem.detail, options);
  }

  /** A `ProblemCode` of the contract, a {@link ClientProblemCode}, or a code newer than this program. */
  get code(): string {
    return this.problem.code;
  }

  /** Short, without a full stop. */
  get title(): string {
    return this.problem.title;
  }

  /** One sentence for a person. */
  get detail(): string {
    return this.problem.detail;
  }

  /** HTTP status; 0 when no answer came. */
  get status(): number {
    return this.problem.status;
  }

  /** True when the same request may succeed later. */
  get retryable(): boolean {
    return this.problem.retryable;
  }
}

/** A problem of the contract's registry, noticed here before the server had to. */
export function knownProblem(code: ProblemCode, detail: string): ProblemError {
  return new ProblemError({ type: PROBLEM_TYPE_PREFIX + code, code, detail, ...PROBLEMS[code] });
}

/** A problem that only a client can have. */
export function clientProblem(code: ClientProblemCode, detail: string, options?: ErrorOptions): ProblemError {
  const kind = CLIENT_PROBLEMS[code];
  return new ProblemError({ type: PROBLEM_TYPE_PREFIX + code, code, detail, status: 0, ...kind }, null, options);
}

/** The server (or something before it) did not answer at all. */
export function networkProblem(cause?: unknown): ProblemError {
  return clientProblem('network', 'The server did not answer. Check the connection.', { cause });
}

/** True when the server did not answer: nobody did, or a proxy did that cannot reach it. */
export function isOutOfReach({ code, status }: ProblemError): boolean {
  return code === 'network' || (code === 'http-error' && status >= 502 && status <= 504);
}

/** True for the code of a refusal that somebody can mend by signing in, or by showing the password of the link. */
export function wantsSignIn(code: string): boolean {
  return code === 'unauthorized' || code === 'not-set-up' || code === 'link-password-needed';
}

/** Wraps what is not a {@link ProblemError} yet. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return clientProblem('unexpected', `Something went wrong here: ${text}`, { cause: error });
}

/** An answer with a status of 400 or more, reduced to what errors need. */
export interface RefusedAnswer {
  readonly status: number;
  /** The `Retry-After` header as sent. */
  readonly retryAfter: string | null;
  readonly body: string;
}

/** Reads the problem document of a refusal; makes one up when a proxy answered with something else. */
export function problemFromAnswer(answer: RefusedAnswer): ProblemError {
  const wait = parseRetryAfter(answer.retryAfter);
  const parsed = problemSchema.safeParse(parseJson(answer.body));
  if (parsed.success) return new ProblemError(parsed.data, wait);
  const { status } = answer;
  const retryable = status === 408 || status === 425 || status === 429 || status >= 500;
  return new ProblemError(
    {
      type: `${PROBLEM_TYPE_PREFIX}http-error`,
      code: 'http-error',
      title: CLIENT_PROBLEMS['http-error'].title,
      detail: describeStatus(status),
      status,
      retryable,
    },
    wait,
  );
}

function describeStatus(status: number): string {
  if (status === 413) return 'Something between here and the server refuses requests this large (413).';
  if (status >= 502 && status <= 504) return `The server cannot be reached through its proxy just now (${status}).`;
  return `The request was answered with status ${status} and no explanation.`;
}

/** Parses JSON; undefined when it is none, which no schema accepts. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `Retry-After` in milliseconds: seconds or an HTTP date, ten minutes at most. */
export function parseRetryAfter(value: string | null): number | null {
  if (value === null || value.trim() === '') return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  if (Number.isNaN(ms)) return null;
  return Math.min(Math.max(ms, 0), 600_000);
}
