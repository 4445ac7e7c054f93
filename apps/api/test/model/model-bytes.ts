import { contiguousEnd, type Bytes, type Model, type ModelUpload } from './model.js';

/** What is wrong with a body; `other`: nothing, but its bytes are not those sent elsewhere. */
export type Fault = 'none' | 'short' | 'long' | 'broken' | 'wrong digest';

/** A body for a range of an upload. */
export interface ChunkFacts extends Bytes {
  readonly fault: Fault;
  /** What the client declares of the bytes. */
  readonly digest: string | null;
  /** The request has begun the upload. */
  readonly begins: boolean;
}

/** A range that is written and recorded, run by run. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/** What a chunk has to be answered with, and what it leaves. */
export function writeChunk(model: Model, upload: ModelUpload, facts: ChunkFacts): string {
  if (upload.gone || upload.state !== 'receiving') return model.answer(upload);
  const { offset, bytes, begins } = facts;
  const end = offset + bytes.length;
  if (upload.length !== null && end > upload.length) return 'size-mismatch';
  const isRead = bytes.length === 0 && (upload.length !== 0 || upload.chunks.length === 0);
  const code = isRead ? emptyChunk(model, upload, facts) : intoGaps(model, upload, facts, gaps(upload, offset, end));
  if (code !== null && begins && upload.state === 'receiving' && upload.chunks.length === 0) upload.gone = true;
  return code ?? model.answer(upload);
}

/** Returns the problem that the request ends with; null: none. */
function intoGaps(model: Model, upload: ModelUpload, facts: ChunkFacts, runs: readonly Run[]): string | null {
  const { offset, bytes, fault, digest } = facts;
  if (runs.length === 0) {
    const first = upload.chunks.find((chunk) => chunk.offset === offset);
    if (digest !== null && first !== undefined && first.digest !== null && first.digest !== digest)
      return 'chunk-conflict';
    return sealed(model, upload);
  }
  // What breaks off behind the last gap has only been too short.
  const last = runs.at(-1)?.end ?? offset;
  if (fault === 'broken') return last > offset + Math.floor(bytes.length / 2) ? 'broken' : 'size-mismatch';
  if (fault === 'short' || fault === 'long') return 'size-mismatch';
  if (fault === 'wrong digest') return 'digest-mismatch';
  const news = runs.reduce((sum, run) => sum + run.end - run.start, 0);
  if (upload.length === null && !model.fits(news)) return 'quota-exceeded';
  for (const run of runs) record(upload, run, { offset, bytes }, digest);
  return sealed(model, upload);
}

/** A chunk without a byte: checked like any other, and kept as the one chunk of an empty file only. */
function emptyChunk(model: Model, upload: ModelUpload, { fault, digest }: ChunkFacts): string | null {
  if (fault === 'broken') return 'broken';
  if (fault === 'long') return 'size-mismatch';
  if (fault === 'wrong digest') return 'digest-mismatch';
  if (upload.length !== 0) return null;
  upload.chunks.push({ offset: 0, length: 0, digest });
  upload.due = false;
  return sealed(model, upload);
}

/** What an append has to be answered with; every gap that it fills is kept by itself. */
export function append(model: Model, upload: ModelUpload, { offset, bytes }: Bytes, broken: boolean): string {
  if (upload.gone || upload.state !== 'receiving') return model.answer(upload);
  const most = upload.length ?? Infinity;
  if (offset > most) return 'size-mismatch';
  if (offset !== contiguousEnd(upload)) return 'offset-conflict';
  if (most === 0 && upload.chunks.length > 0) return sealed(model, upload) ?? model.answer(upload);
  const end = offset + bytes.length;
  for (const run of gaps(upload, offset, Math.min(end, most))) {
    if (run.end === most && end > most) return 'size-mismatch';
    if (upload.length === null && !model.fits(run.end - run.start)) return 'quota-exceeded';
    record(upload, run, { offset, bytes }, null, true);
    // A wrong digest is found later, when somebody asks for the file.
    const code = sealed(model, upload);
    if (code === 'name-taken') return code;
  }
  if (end > most) return 'size-mismatch';
  if (most === 0) recordNothing(upload);
  const code = most === 0 ? sealed(model, upload) : null;
  if (broken) return 'broken';
  return code ?? sealed(model, upload) ?? model.answer(upload);
}

/** The only chunk of an empty file. */
export function writeNothing(model: Model, upload: ModelUpload): string {
  if (upload.state !== 'receiving') return model.answer(upload);
  if (upload.chunks.length === 0) recordNothing(upload);
  return sealed(model, upload) ?? model.answer(upload);
}

function recordNothing(upload: ModelUpload): void {
  if (upload.chunks.length === 0) upload.chunks.push({ offset: 0, length: 0, digest: null });
  upload.due = false;
}

function sealed(model: Model, upload: ModelUpload): string | null {
  if (upload.state !== 'receiving' || !model.isWhole(upload)) return null;
  const code = model.seal(upload);
  return code === 'complete' ? null : code;
}

function record(upload: ModelUpload, run: Run, { offset, bytes }: Bytes, digest: string | null, extend = false): void {
  for (let at = run.start; at < run.end; at++) upload.held[at] = bytes[at - offset];
  const length = run.end - run.start;
  upload.received += length;
  upload.due = false;
  const before = upload.chunks.filter((chunk) => chunk.offset < run.start).sort((a, b) => b.offset - a.offset)[0];
  const grows = extend && before !== undefined && before.digest === null && before.offset + before.length === run.start;
  if (grows) before.length += length;
  else upload.chunks.push({ offset: run.start, length, digest });
}

function gaps({ held }: ModelUpload, start: number, end: number): Run[] {
  const runs: Run[] = [];
  for (let at = start; at < end; at++) {
    if (held[at] !== undefined) continue;
    const last = runs.at(-1);
    if (last?.end === at) runs[runs.length - 1] = { start: last.start, end: at + 1 };
    else runs.push({ start: at, end: at + 1 });
  }
  return runs;
}
