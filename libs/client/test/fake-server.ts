import { createHash } from 'node:crypto';
import {
  type ByteRange,
  type Limits,
  PROBLEMS,
  type ProblemCode,
  type StoredFile,
  type UploadState,
} from '@stowage/contract';
import { networkProblem } from '../src/problem-error.js';
import type { FakeUnfinished } from './fake-unfinished.js';
import type { ChunkRequest, Transport, TransportAnswer } from '../src/transport.js';

/** What the fake holds of one upload. */
export interface FakeUpload {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly path: string;
  readonly length: number;
  readonly chunkSize: number;
  readonly count: number;
  readonly chunks: Map<number, Uint8Array>;
  state: UploadState;
  reason?: ProblemCode;
}

/** Small limits, so that small blobs have many chunks. */
export const LIMITS: Limits = {
  maxFileSize: 1_000_000,
  minChunkSize: 1,
  maxChunkSize: 1_000_000,
  recommendedChunkSize: 10,
  recommendedParallelChunks: 4,
  maxChunks: 1_000,
  maxNameBytes: 255,
  maxPathBytes: 4096,
  maxPathDepth: 32,
};

type Hook = (index: number, request: ChunkRequest) => Promise<TransportAnswer | null> | TransportAnswer | null;

/** Behaves like the server where a client can tell, holds everything in memory, and misbehaves on demand. */
export class FakeServer implements Transport {
  readonly reportsProgress = true;
  readonly uploads = new Map<string, FakeUpload>();
  /** Chunk indexes in the order in which requests came. */
  readonly received: number[] = [];
  /** `METHOD path` of every API call. */
  readonly calls: string[] = [];
  /** Chunk requests under way. */
  open = 0;
  mostOpen = 0;
  /** Asked before a chunk is accepted; answers in its place unless null. */
  beforeChunk: Hook = () => null;
  /** Asked before an API call is answered. */
  beforeCall: (call: string) => Response | null = () => null;
  /** Status polls for which an upload stays `completing`. */
  completingFor = 0;
  /** True while another file has every name, which shows when an upload is full. */
  namesTaken = false;
  /** An upload that somebody else began. */
  unfinished: FakeUnfinished | null = null;
  limits: Limits = LIMITS;
  /** What the answer to the first chunk lets an upload go on with. */
  grant: string | null = null;
  #ids = 0;

  async send(request: ChunkRequest): Promise<TransportAnswer> {
    const index = request.body instanceof Blob ? -1 : Number(request.body.get('dzchunkindex'));
    this.received.push(index);
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    try {
      const instead = await raceAbort(Promise.resolve(this.beforeChunk(index, request)), request.signal);
      if (instead !== null) return instead;
      if (request.method === 'PUT' && this.unfinished !== null) return await this.unfinished.put(request);
      return await this.#accept(index, request);
    } finally {
      this.open -= 1;
    }
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const call = `${init?.method ?? 'GET'} ${typeof input === 'string' ? input : 'unknown'}`;
    this.calls.push(call);
    return this.beforeCall(call) ?? this.#answer(call);
  };

  /** The bytes of an upload in order. */
  bytesOf(upload: FakeUpload): number[] {
    return [...upload.chunks].sort(([a], [b]) => a - b).flatMap(([, bytes]) => [...bytes]);
  }

  only(): FakeUpload {
    const [upload, ...others] = this.uploads.values();
    if (upload === undefined || others.length > 0) throw new Error(`There are ${this.uploads.size} uploads.`);
    return upload;
  }

  async #accept(index: number, request: ChunkRequest): Promise<TransportAnswer> {
    const form = formOf(request);
    const upload = this.#uploadOf(form);
    const part = form.get('file');
    if (!(part instanceof Blob)) throw new Error('The form has no file.');
    upload.chunks.set(index, new Uint8Array(await part.arrayBuffer()));
    if (upload.chunks.size === upload.count && upload.state === 'receiving') {
      if (this.namesTaken) return refusedChunk('name-taken');
      upload.state = this.completingFor > 0 ? 'completing' : 'complete';
    }
    const status = { receiving: 200, completing: 202, complete: 201 }[upload.state as 'receiving'] ?? 200;
    return json(status, {
      ...this.#result(upload),
      ...(index === 0 && this.grant !== null ? { grant: this.grant } : {}),
    });
  }

  #uploadOf(form: FormData): FakeUpload {
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const key = text('dzuuid');
    const upload = this.uploads.get(key) ?? {
      id: `upload-${String(++this.#ids).padStart(20, '0')}`,
      key,
      name: text('name'),
      path: text('path'),
      length: Number(text('dztotalfilesize')),
      chunkSize: Number(text('dzchunksize')),
      count: Number(text('dztotalchunkcount')),
      chunks: new Map<number, Uint8Array>(),
      state: 'receiving',
    };
    this.uploads.set(key, upload);
    return upload;
  }

  async #answer(call: string): Promise<Response> {
    if (call === 'GET /api/limits') return Response.json(this.limits);
    const key = /dzuuid=([^&]+)/u.exec(call)?.[1];
    if (key !== undefined) {
      const found = this.uploads.get(key);
      const uploads = found === undefined ? [] : [this.#summary(found)];
      return Response.json({ uploads, total: uploads.length, bytes: 0, next: null });
    }
    const id = /\/(?:api|r\/[\w-]+)\/uploads\/(.+)$/u.exec(call)?.[1];
    const other = await this.unfinished?.answer(call);
    if (other !== undefined && other !== null) return other;
    const upload = [...this.uploads.values()].find((candidate) => candidate.id === id);
    const held = [...this.uploads.values()].find((candidate) => call.includes(`${candidate.id}/digests`));
    if (held !== undefined) return this.#digests(held);
    if (upload === undefined) return refusal('upload-not-found');
    if (call.startsWith('DELETE')) return this.#remove(upload);
    if (upload.state === 'completing' && --this.completingFor <= 0) upload.state = 'complete';
    const missing = this.#missing(upload);
    const offset = missing[0]?.start ?? upload.length;
    return Response.json({
      ...this.#result(upload),
      upload: this.#summary(upload),
      offset,
      missing,
      missingTruncated: false,
    });
  }

  #digests(upload: FakeUpload): Response {
    const digests = [...upload.chunks].map(([index, bytes]) => ({
      start: index * upload.chunkSize,
      end: index * upload.chunkSize + bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }));
    return Response.json({ digests, next: null });
  }

  #remove(upload: FakeUpload): Response {
    if (upload.state === 'complete') return refusal('upload-finished');
    this.uploads.delete(upload.key);
    return new Response(null, { status: 204 });
  }

  #missing(upload: FakeUpload): ByteRange[] {
    const indexes = Array.from({ length: upload.count }, (_, index) => index).filter((i) => !upload.chunks.has(i));
    return indexes.map((index) => ({
      start: index * upload.chunkSize,
      end: Math.min((index + 1) * upload.chunkSize, upload.length),
    }));
  }

  #summary(upload: FakeUpload): object {
    const { id, name, path, state, length, reason } = upload;
    const received = this.bytesOf(upload).length;
    const time = '2026-01-01T00:00:00.000Z';
    return {
      id,
      state,
      length,
      received,
      missing: length - received,
      owner: null,
      name,
      space: SPACE,
      folder: SPACE,
      path,
      chunkSize: upload.chunkSize,
      conflict: 'reject',
      createdAt: time,
      updatedAt: time,
      expiresAt: null,
      active: false,
      ...(reason && { reason }),
    };
  }

  #result(upload: FakeUpload): { upload: object; complete: boolean; file?: StoredFile } {
    const complete = upload.state === 'complete';
    return { upload: this.#summary(upload), complete, ...(complete && { file: fileOf(upload) }) };
  }
}

/** Id of the only space. */
export const SPACE = 's'.repeat(22);

/** The stored file of a complete upload. */
export function fileOf({ id, name, path, length }: FakeUpload): StoredFile {
  return {
    kind: 'file',
    id: `file-${id}`,
    name,
    space: SPACE,
    parent: SPACE,
    path,
    size: length,
    sha256: 'a'.repeat(64),
    mediaType: 'text/plain',
    createdAt: '2026-01-01T00:00:00.000Z',
    url: `/api/files/file-${id}/content`,
  };
}

/** A problem document as an answer of the API. */
export function refusal(code: ProblemCode, detail = 'No.'): Response {
  return Response.json(problem(code, detail), { status: PROBLEMS[code].status });
}

/** A problem document as an answer to a chunk. */
export function refusedChunk(code: ProblemCode, retryAfter: string | null = null): TransportAnswer {
  return { ...json(PROBLEMS[code].status, problem(code, 'No.')), retryAfter };
}

/** The form of a request. */
export function formOf({ body }: ChunkRequest): FormData {
  if (body instanceof Blob) throw new Error('This is no form.');
  return body;
}

/** What a transport does when no answer comes. */
export function unreachable(): never {
  throw networkProblem();
}

function problem(code: ProblemCode, detail: string): object {
  return { type: `urn:stowage:problem:${code}`, code, detail, ...PROBLEMS[code] };
}

/** An answer to a chunk. */
export function json(status: number, body: unknown): TransportAnswer {
  return { status, retryAfter: null, body: JSON.stringify(body) };
}

function raceAbort<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
    answer.then(resolve, reject);
  });
}
