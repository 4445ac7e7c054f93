import { createHash } from 'node:crypto';
import type { ByteRange, ProblemCode, UploadState } from '@stowage/contract';
import type { ChunkRequest, TransportAnswer } from '../src/transport.js';
import { json, refusal, SPACE } from './fake-server.js';

/** Bytes of a digest window of this fake, and windows of a page. */
const WINDOW = 20;
const WINDOWS = 2;

/** An upload that somebody else began, byte by byte. */
export class FakeUnfinished {
  readonly id = 'unfinished-00000000001';
  state: UploadState = 'receiving';
  reason: ProblemCode | null = null;
  /** Ranges that arrived here, in order of arrival. */
  readonly sent: ByteRange[] = [];
  /** The byte at each place; null where nothing is held. */
  readonly bytes: (number | null)[];
  /** Null: nobody has said how long it will be. */
  declared: number | null;
  /** Gaps listed in a status. */
  listed = 1_000;

  /**
   * @param content what the file has
   * @param held the ranges that are held of it
   */
  constructor(
    readonly content: Uint8Array,
    held: readonly (readonly [start: number, end: number])[],
    readonly name = 'report.txt',
  ) {
    const isHeld = (at: number): boolean => held.some(([start, end]) => at >= start && at < end);
    this.bytes = Array.from(content, (byte, at) => (isHeld(at) ? byte : null));
    this.declared = content.length;
  }

  get received(): number {
    return this.bytes.filter((byte) => byte !== null).length;
  }

  /** The answer to a call of the API; null when it is not about this upload. */
  async answer(call: string): Promise<Response | null> {
    const [method, path = ''] = call.split(' ');
    if (!path.startsWith(`/api/uploads/${this.id}`)) return null;
    if (method === 'DELETE') this.state = 'cancelled';
    if (method === 'DELETE') return new Response(null, { status: 204 });
    const from = /\/digests\?from=(\d+)$/u.exec(path)?.[1];
    if (from !== undefined) return this.#digests(Number(from));
    if (path.endsWith('/complete')) return this.#complete();
    return Response.json(this.#status());
  }

  /** Takes a range. */
  async put({ headers, body }: ChunkRequest): Promise<TransportAnswer> {
    const [, start = '', last = ''] = /^bytes (\d+)-(\d+)\/\d+$/u.exec(headers['content-range'] ?? '') ?? [];
    if (!(body instanceof Blob)) throw new Error('A range is sent as it is.');
    const bytes = new Uint8Array(await body.arrayBuffer());
    if (bytes.length !== Number(last) - Number(start) + 1) throw new Error('The range has another length.');
    bytes.forEach((byte, index) => (this.bytes[Number(start) + index] = byte));
    this.sent.push({ start: Number(start), end: Number(last) + 1 });
    if (this.received === this.declared) this.state = 'complete';
    return json(this.state === 'complete' ? 201 : 200, this.#result());
  }

  #complete(): Response {
    if (this.reason !== null) return refusal(this.reason);
    this.declared ??= this.received;
    this.state = 'complete';
    return Response.json(this.#result(), { status: 201 });
  }

  #digests(from: number): Response {
    if (this.state !== 'receiving') return refusal('upload-cancelled');
    const windows = this.#ranges((byte) => byte !== null).flatMap(({ start, end }) => cut(Math.max(start, from), end));
    const digests = windows.slice(0, WINDOWS).map(({ start, end }) => {
      const bytes = Uint8Array.from(this.bytes.slice(start, end).map((byte) => byte ?? 0));
      return { start, end, sha256: createHash('sha256').update(bytes).digest('hex') };
    });
    return Response.json({ digests, next: windows[WINDOWS]?.start ?? null });
  }

  #status(): object {
    const gaps = this.#ranges((byte) => byte === null).filter(
      ({ end }) => this.declared !== null || end < this.bytes.length,
    );
    const receiving = this.state === 'receiving';
    return {
      ...this.#result(),
      offset: gaps[0]?.start ?? this.received,
      missing: receiving ? gaps.slice(0, this.listed) : [],
      missingTruncated: gaps.length > this.listed,
    };
  }

  #ranges(belongs: (byte: number | null) => boolean): ByteRange[] {
    const ranges: { start: number; end: number }[] = [];
    this.bytes.forEach((byte, at) => {
      if (!belongs(byte)) return;
      const last = ranges.at(-1);
      if (last?.end === at) last.end += 1;
      else ranges.push({ start: at, end: at + 1 });
    });
    return ranges;
  }

  #result(): object {
    const { id, name, state, received, declared, reason } = this;
    const time = '2026-01-01T00:00:00.000Z';
    const facts = {
      name,
      owner: null,
      missing: null,
      space: SPACE,
      folder: SPACE,
      path: '',
      chunkSize: null,
      conflict: 'reject',
      createdAt: time,
      updatedAt: time,
    };
    const upload = {
      id,
      state,
      length: declared,
      received,
      ...facts,
      expiresAt: null,
      active: false,
      ...(reason && { reason }),
    };
    if (state !== 'complete') return { upload, complete: false };
    const file = {
      kind: 'file',
      id: `file-${id}`,
      name,
      space: SPACE,
      parent: SPACE,
      path: '',
      size: received,
      sha256: 'a'.repeat(64),
      mediaType: 'text/plain',
    };
    return { upload, complete: true, file: { ...file, createdAt: time, url: `/api/files/file-${id}/content` } };
  }
}

function cut(start: number, end: number): ByteRange[] {
  const windows: ByteRange[] = [];
  for (let at = start; at < end; at += WINDOW) windows.push({ start: at, end: Math.min(end, at + WINDOW) });
  return windows;
}
