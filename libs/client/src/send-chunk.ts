import type { Board } from './board.js';
import { linkedAbort } from './linked-abort.js';
import {
  type ProblemError,
  clientProblem,
  isOutOfReach,
  parseJson,
  problemFromAnswer,
  toProblem,
} from './problem-error.js';
import { withRetries } from './retries.js';
import type { TransportAnswer } from './transport.js';
import type { UploadContext } from './upload-context.js';
import { wantsUploadPassword } from './upload-passwords.js';
import type { PieceRequest } from './upload-route.js';
import { type UploadSource, assertReadable } from './upload-source.js';
import type { PieceResult, UploadTarget } from './upload-target.js';

/** The upload that chunks belong to, and who watches them. */
export interface ChunkJob {
  readonly source: UploadSource;
  readonly board: Board;
  /** What carries a piece; asked again for every try. */
  readonly request: (index: number) => PieceRequest;
  readonly context: UploadContext;
  /** Id of the upload; null before the server has told it. */
  readonly uploadId: () => string | null;
  /** Requests of this upload under way changed by +1 or -1. */
  readonly onFlight: (change: 1 | -1) => void;
  /** Bytes moved. */
  readonly onProgress: () => void;
  /** A request failed and will be repeated. */
  readonly onWait: (problem: ProblemError) => void;
}

type MoreHeaders = Readonly<Record<string, string>>;

/** A connection over which nothing has moved for this long is given up; the server waits 10 s for a slot at most. */
const STALL_MS = 120_000;

/**
 * Sends one chunk until the server has acknowledged or refused it.
 * @throws ProblemError the refusal, `source-changed`, or the last failure; the signal's reason when aborted
 */
export function sendChunk(job: ChunkJob, index: number, signal: AbortSignal): Promise<PieceResult> {
  const { passwords } = job.context;
  let shown: string | null = null;
  const tried = (): Promise<PieceResult> => {
    shown = passwords?.of(job.source) ?? null;
    return attempt(job, index, signal);
  };
  const mend = (problem: ProblemError): Promise<boolean> | null =>
    passwords !== null && wantsUploadPassword(problem) ? passwords.renew(job.source, shown, problem) : null;
  return withRetries(tried, job.context, { signal, onWait: job.onWait, mend });
}

async function attempt(job: ChunkJob, index: number, signal: AbortSignal): Promise<PieceResult> {
  const release = await job.context.slots.acquire(signal);
  job.onFlight(1);
  try {
    const { grants } = job.context.api;
    const result = await grants.use(job.uploadId(), (headers) => tell(job, index, signal, headers));
    if (result.grant !== undefined) grants.keep(result.upload.id, result.grant);
    return result;
  } catch (error) {
    job.board.progress(index, 0);
    signal.throwIfAborted();
    await blame(job, index, toProblem(error));
    throw error;
  } finally {
    job.onFlight(-1);
    release();
  }
}

// No answer: was it the server, or the file that could not be read?
async function blame(job: ChunkJob, index: number, { code }: ProblemError): Promise<void> {
  if (code !== 'network' && code !== 'stalled') return;
  const { start, end } = job.board.range(index);
  await assertReadable(job.source.content.slice(start, end));
  job.context.api.connection.onContact(false);
}

async function tell(job: ChunkJob, index: number, signal: AbortSignal, more: MoreHeaders): Promise<PieceResult> {
  const answer = await post(job, index, signal, more);
  const problem = answer.status < 200 || answer.status > 299 ? problemFromAnswer(answer) : null;
  job.context.api.connection.onContact(problem === null || !isOutOfReach(problem));
  if (problem !== null) throw problem;
  return readResult(job.context.target.result, answer);
}

async function post(job: ChunkJob, index: number, signal: AbortSignal, more: MoreHeaders): Promise<TransportAnswer> {
  const { board, context } = job;
  const { connection } = context.api;
  const range = board.range(index);
  const { method, url, headers, body } = job.request(index);
  const stall = watchForStall(context, signal);
  try {
    const answer = await context.transport.send({
      method,
      url: connection.baseUrl + url,
      body,
      chunkLength: range.end - range.start,
      headers: { accept: 'application/json', ...headers, ...connection.headers(), ...more },
      credentials: connection.credentials,
      signal: stall.signal,
      onProgress: (sent) => {
        stall.moved();
        board.progress(index, sent);
        job.onProgress();
      },
    });
    return answer;
  } finally {
    stall.end();
  }
}

function readResult(result: UploadTarget['result'], answer: TransportAnswer): PieceResult {
  const parsed = result.safeParse(parseJson(answer.body));
  if (parsed.success) return parsed.data;
  throw clientProblem('unexpected-answer', 'The server answered in a way that this program does not understand.', {
    cause: parsed.error,
  });
}

interface StallWatch {
  /** Aborted when nothing moves, and with the upload itself. */
  readonly signal: AbortSignal;
  moved(): void;
  end(): void;
}

// Only a transport that reports progress can tell a slow body from a dead connection.
function watchForStall({ clock, transport }: UploadContext, outer: AbortSignal): StallWatch {
  const abort = linkedAbort(outer);
  const start = (): (() => void) =>
    clock.after(STALL_MS, () => {
      abort.abort(clientProblem('stalled', 'Nothing has moved for two minutes; the connection is made anew.'));
    });
  let cancel = transport.reportsProgress ? start() : () => undefined;
  return {
    signal: abort.signal,
    moved() {
      cancel();
      cancel = start();
    },
    end() {
      cancel();
      abort.unlink();
    },
  };
}
