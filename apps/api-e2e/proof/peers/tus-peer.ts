import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ByteRange } from '@stowage/contract';
import { send } from '../../support/http.js';
import { alteredChunkOf, chunkOf, countOf, type PeerUpload, type Said, type Setting, type Wish } from './peer.js';
import { type Program, ProgramPeer } from './program.js';

const SCRIPT = fileURLToPath(new URL('../../../../tools/bench/peers/tus-server.mjs', import.meta.url));
const TUS = { 'Tus-Resumable': '1.0.0' } as const;

/** `@tus/server` with its file store. */
export class TusPeer extends ProgramPeer {
  readonly name = '@tus/server';

  constructor(setting: Setting) {
    super((folder, port) => [process.execPath, SCRIPT, String(port), folder], setting);
  }

  async begin(wish: Wish): Promise<PeerUpload> {
    return new TusUpload(this.program, wish, await create(this.program, wish));
  }

  garbage(whole: readonly PeerUpload[]): Promise<number> {
    const wanted = new Set(whole.flatMap((upload) => (upload instanceof TusUpload ? [upload.id] : [])));
    return Promise.resolve(this.sizeOfRest((name) => wanted.has(name.replace(/\.json$/u, ''))));
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
