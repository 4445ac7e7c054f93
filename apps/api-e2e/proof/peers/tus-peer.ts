import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ByteRange } from '@stowage/contract';
import { send } from '../../support/http.js';
import {
  alteredChunkOf,
  chunkOf,
  countOf,
  type Peer,
  type PeerUpload,
  type Said,
  type Setting,
  type Wish,
} from './peer.js';
import { Program } from './program.js';

const SCRIPT = fileURLToPath(new URL('tus-server.mjs', import.meta.url));
const TUS = { 'Tus-Resumable': '1.0.0' } as const;

/** `@tus/server` with its file store. */
export class TusPeer implements Peer {
  readonly name = '@tus/server';
  private readonly program: Program;

  constructor({ diskSize }: Setting) {
    this.program = new Program((folder, port) => [process.execPath, SCRIPT, folder, String(port)], diskSize);
  }

  get data(): string {
    return this.program.data;
  }

  get pid(): number {
    return this.program.pid;
  }

  start(): Promise<void> {
    return this.program.start();
  }

  kill(): Promise<void> {
    return this.program.kill();
  }

  dispose(): Promise<void> {
    return this.program.dispose();
  }

  async begin(wish: Wish): Promise<PeerUpload> {
    return new TusUpload(this.program, wish, await create(this.program, wish));
  }

  garbage(whole: readonly PeerUpload[]): Promise<number> {
    const wanted = new Set(whole.flatMap((upload) => (upload instanceof TusUpload ? [upload.id] : [])));
    const rest = readdirSync(this.program.data).filter((name) => !wanted.has(name.replace(/\.json$/u, '')));
    return Promise.resolve(rest.reduce((sum, name) => sum + statSync(join(this.program.data, name)).size, 0));
  }
}

/** Makes an upload; its path. */
async function create(program: Program, wish: Wish): Promise<string> {
  const headers = {
    ...TUS,
    'Upload-Length': wish.content.length,
    'Upload-Metadata': `filename ${Buffer.from(wish.name).toString('base64')}`,
  };
  const answer = await send(program.url, '/files', { method: 'POST', headers });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return new URL(answer.headers.location ?? '', program.url).pathname;
}

class TusUpload implements PeerUpload {
  /** Bytes that the server has acknowledged. */
  private offset = 0;

  constructor(
    private readonly program: Program,
    readonly wish: Wish,
    private path: string,
  ) {}

  get id(): string {
    return basename(this.path);
  }

  get next(): number | null {
    const { content, chunkSize } = this.wish;
    return this.offset === content.length ? null : Math.floor(this.offset / chunkSize);
  }

  async send(index: number, altered = false): Promise<Said> {
    const { chunkSize, content } = this.wish;
    // A server that has taken a part of a chunk before it was killed gets the rest of it.
    const begun = index === this.next ? this.offset - index * chunkSize : 0;
    const body = (altered ? alteredChunkOf : chunkOf)(this.wish, index).subarray(begun);
    const headers = {
      ...{ ...TUS, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': index * chunkSize + begun },
      ...(altered ? { 'Upload-Checksum': `sha1 ${sha1(chunkOf(this.wish, index))}` } : {}),
    };
    const { status } = await send(this.program.url, this.path, { method: 'PATCH', headers, body });
    if (status > 299) return 'refused';
    this.offset = Math.max(this.offset, Math.min(content.length, (index + 1) * chunkSize));
    return index === countOf(this.wish) - 1 ? 'whole' : 'held';
  }

  async resume(): Promise<number> {
    const answer = await send(this.program.url, this.path, { method: 'HEAD', headers: TUS });
    const held = answer.status === 200 ? Number(answer.headers['upload-offset']) : 0;
    const lost = Math.max(0, this.offset - held);
    this.offset = held;
    // As its own client does: an upload that the server no longer knows is begun anew.
    if (answer.status !== 200) this.path = await create(this.program, this.wish);
    return lost;
  }

  held(): Promise<readonly ByteRange[]> {
    return Promise.resolve([{ start: 0, end: this.offset }]);
  }

  stored(): Promise<Buffer | null> {
    const file = join(this.program.data, this.id);
    return Promise.resolve(existsSync(file) ? readFileSync(file) : null);
  }

  async visible(): Promise<Buffer | null> {
    const answer = await send(this.program.url, this.path, { headers: TUS });
    return answer.status === 200 ? answer.body : null;
  }
}

/** As the protocol's extension for checksums has it. */
function sha1(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('base64');
}
