import { PROBLEMS, PROBLEM_TYPE_PREFIX, type Problem, type ProblemCode } from '@stowage/contract';

/** Extra facts of a refusal that reach the client or the log. */
export interface ProblemOptions {
  /** What caused it; logged, never sent. */
  readonly cause?: unknown;
  /** Seconds after which a retry is sensible; sent as `Retry-After`. */
  readonly retryAfter?: number;
  /** The beginning of a path that the client has sent, which it is about; sent as `folder`. */
  readonly folder?: string;
}

/** The one error that the code below the controllers throws on purpose; the message is a sentence for a person. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly retryAfter: number | null;
  readonly folder: string | null;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    options: ProblemOptions = {},
  ) {
    super(detail, options.cause === undefined ? {} : { cause: options.cause });
    this.retryAfter = options.retryAfter ?? null;
    this.folder = options.folder ?? null;
  }
}

/** Renders a problem as RFC 9457 has it. */
export function problemDocument(code: ProblemCode, detail: string, requestId: string): Problem {
  const { title, status, retryable } = PROBLEMS[code];
  return { type: PROBLEM_TYPE_PREFIX + code, title, status, detail, code, retryable, requestId };
}
