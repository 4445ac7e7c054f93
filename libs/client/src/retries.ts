import type { Clock } from './clock.js';
import type { Connectivity } from './connectivity.js';
import { type ProblemError, clientProblem, isOutOfReach, toProblem, wantsSignIn } from './problem-error.js';

/** What waiting needs to know of the world. */
export interface RetryEnvironment {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly connectivity: Connectivity;
  readonly reauthorize: ((sentAt: number, code: string) => Promise<boolean>) | null;
}

/** How one request is repeated. */
export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Told before every wait why it is needed. */
  readonly onWait: (problem: ProblemError) => void;
  /** Tries in all; the defaults give up after about four minutes. Waiting for a network, or a server known to be away, is not counted. */
  readonly maxAttempts?: number;
  /** Mends what a problem is about: resolves with false when it stays as it is. Null for what it knows nothing of. */
  readonly mend?: (problem: ProblemError) => Promise<boolean> | null;
}

/** Tries of one request before it fails. */
export const DEFAULT_ATTEMPTS = 20;
const BASE_MS = 500;
const CAP_MS = 30_000;
/** How often a server is tried although the machine says that it has no network: it may be on the same machine. */
const OFFLINE_PROBE_MS = 15_000;
/** Sessions asked for within one request; a server that refuses a fresh session would ask for ever. */
const MAX_SIGN_INS = 2;

/**
 * Milliseconds to wait after the `failures`-th failure in a row: exponential with full jitter, so that clients which
 * failed together do not come back together, and never less than the server asked for.
 */
export function backoff(failures: number, retryAfterMs: number | null, random: () => number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures - 1, 20));
  return (retryAfterMs ?? 0) + random() * (retryAfterMs === null ? ceiling : BASE_MS);
}

/**
 * Repeats `attempt` until it succeeds, fails for good or has been tried too often.
 * @throws ProblemError the last problem, or the signal's reason
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  environment: RetryEnvironment,
  options: RetryOptions,
): Promise<T> {
  let failures = 0;
  /** Tries for which the server was away. */
  let misses = 0;
  let signIns = 0;
  for (;;) {
    const sentAt = performance.now();
    try {
      return await attempt();
    } catch (error) {
      options.signal.throwIfAborted();
      const problem = toProblem(error);
      if (wantsSignIn(problem.code) && environment.reauthorize !== null && signIns++ < MAX_SIGN_INS) {
        options.onWait(problem);
        if (!(await environment.reauthorize(sentAt, problem.code))) throw problem;
        options.signal.throwIfAborted();
        continue;
      }
      const mended = options.mend?.(problem) ?? null;
      if (mended !== null) {
        options.onWait(problem);
        if (!(await mended)) throw problem;
        options.signal.throwIfAborted();
        continue;
      }
      const offline = problem.code === 'network' && !environment.connectivity.isOnline();
      const away = offline || (isOutOfReach(problem) && !environment.connectivity.isReachable());
      if (away) misses += 1;
      else failures += 1;
      if (!problem.retryable || failures >= (options.maxAttempts ?? DEFAULT_ATTEMPTS)) throw problem;
      options.onWait(offline ? offlineProblem(problem) : problem);
      const wait = offline ? OFFLINE_PROBE_MS : backoff(failures + misses, problem.retryAfterMs, environment.random);
      // Who was told when to come again keeps to it, however good the network is.
      await (problem.retryAfterMs === null ? pause : sleep)(wait, environment, options.signal);
    }
  }
}

function offlineProblem(cause: ProblemError): ProblemError {
  return clientProblem('offline', 'There is no network. The upload goes on by itself once it is back.', { cause });
}

/** Waits `ms`, or until the network comes back, whichever is first. */
export async function pause(
  ms: number,
  environment: Pick<RetryEnvironment, 'clock' | 'connectivity'>,
  signal: AbortSignal,
): Promise<void> {
  const woken = new AbortController();
  const { connectivity } = environment;
  const unsubscribe = connectivity.onChange(() => {
    if (connectivity.isOnline() && connectivity.isReachable()) woken.abort();
  });
  try {
    await sleep(ms, environment, signal, woken.signal);
  } finally {
    unsubscribe();
  }
}

/** Waits `ms`, or until it is woken. */
function sleep(
  ms: number,
  { clock }: Pick<RetryEnvironment, 'clock'>,
  signal: AbortSignal,
  woken: AbortSignal | null = null,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const end = (settle: () => void) => (): void => {
      cancelTimer();
      signal.removeEventListener('abort', aborted);
      woken?.removeEventListener('abort', finished);
      settle();
    };
    const finished = end(resolve);
    const aborted = end(() => reject(signal.reason));
    const cancelTimer = clock.after(ms, finished);
    signal.addEventListener('abort', aborted);
    woken?.addEventListener('abort', finished);
  });
}
