import type { ByteRange, UploadState, UploadStatus } from '@stowage/contract';

/** A range of bytes that the server has said it holds. */
export interface Acknowledgement extends ByteRange {
  /** SHA-256 of the bytes, where the client has kept it. */
  readonly sha256: string | null;
  /** When the answer had been read, in milliseconds of the client's own clock. */
  readonly at: number;
}

/** The most that the server has ever said of an upload. */
interface Highest {
  readonly offset: number;
  readonly received: number;
  /** How it ended, once it has. */
  readonly ending: UploadState | null;
  /** The file that it became: `id sha256 size`. */
  readonly file: string | null;
}

const NOTHING: Highest = { offset: 0, received: 0, ending: null, file: null };
const FINAL: readonly string[] = ['complete', 'failed', 'cancelled', 'expired'];

/** What the server has said that it holds, kept outside of its reach: after a crash it must still hold all of that. */
export class Acknowledgements {
  private readonly byUpload = new Map<string, Acknowledgement[]>();
  private readonly highest = new Map<string, Highest>();
  count = 0;
  /** Of all of them. */
  bytes = 0;

  /** Notes an answer of 2xx; only once it has been read to its end. */
  add(uploadId: string, { start, end }: ByteRange, sha256: string | null = null): void {
    this.count += 1;
    this.bytes += end - start;
    const known = this.byUpload.get(uploadId) ?? [];
    known.push({ start, end, sha256, at: performance.now() });
    this.byUpload.set(uploadId, known);
  }

  /** Every upload of which something was ever acknowledged. */
  get uploadIds(): string[] {
    return [...this.byUpload.keys()];
  }

  /** True once a status has told how it ended. */
  hasEnded(uploadId: string): boolean {
    return (this.highest.get(uploadId)?.ending ?? null) !== null;
  }

  /** Everything acknowledged of an upload, in the order of the answers. */
  of(uploadId: string): readonly Acknowledgement[] {
    return this.byUpload.get(uploadId) ?? [];
  }

  /** Acknowledged ranges of an upload that its status does not cover any more. */
  lost({ upload, missing }: UploadStatus): ByteRange[] {
    if (upload.state === 'complete' || upload.state === 'completing') return [];
    const ranges = this.of(upload.id);
    return ranges
      .filter(({ start, end }) => missing.some((gap) => gap.start < end && start < gap.end))
      .map(({ start, end }) => ({ start, end }));
  }

  /**
   * Holds a status against everything that was said before, and remembers it.
   * @param mayEnd true when somebody has asked to cancel the upload
   * @returns what is wrong, in sentences; nothing when all is well
   */
  compare(status: UploadStatus, mayEnd: boolean): string[] {
    const { id, state, received } = status.upload;
    const before = this.highest.get(id) ?? NOTHING;
    const ended = FINAL.includes(state);
    const file = fileOf(status);
    const refused = ended && state !== 'complete';
    const wrong: string[] = [];
    if (before.ending !== null && before.ending !== state) wrong.push(`was ${before.ending}, is ${state}`);
    // A deleted file is not told any more.
    if (before.file !== null && file !== null && before.file !== file)
      wrong.push(`was the file ${before.file}, is ${file}`);
    if (refused && !mayEnd) wrong.push(`is ${state} (${status.upload.reason ?? 'no reason'}), and nobody asked for it`);
    if (!refused) {
      if (status.offset < before.offset) wrong.push(`its offset fell from ${before.offset} to ${status.offset}`);
      if (received < before.received) wrong.push(`received fell from ${before.received} to ${received}`);
      for (const { start, end } of this.lost(status)) wrong.push(`lost the acknowledged bytes ${start} to ${end}`);
    }
    if (state === 'receiving') wrong.push(...contradictions(status));
    this.highest.set(id, {
      offset: Math.max(before.offset, status.offset),
      received: Math.max(before.received, received),
      ending: ended ? state : before.ending,
      file: file ?? before.file,
    });
    return wrong.map((sentence) => `upload ${id} ${sentence}`);
  }
}

function fileOf({ file }: UploadStatus): string | null {
  return file === undefined ? null : `${file.id} ${file.sha256} ${file.size}`;
}

/** What a status says twice has to agree. */
function contradictions({ upload, offset, missing, missingTruncated }: UploadStatus): string[] {
  if (missingTruncated || upload.length === null) return [];
  const held = missing.reduce((bytes, { start, end }) => bytes - (end - start), upload.length);
  const prefix = missing[0]?.start ?? upload.length;
  return [
    ...(held === upload.received ? [] : [`has received ${upload.received}, but what is not missing are ${held} bytes`]),
    ...(prefix === offset ? [] : [`has the offset ${offset}, but its first gap begins at ${prefix}`]),
  ];
}
