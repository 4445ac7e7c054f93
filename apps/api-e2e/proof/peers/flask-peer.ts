import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ByteRange } from '@stowage/contract';
import { DropzoneUpload } from '../../support/dropzone.js';
import { send } from '../../support/http.js';
import {
  alteredChunkOf,
  countOf,
  rangeOf,
  type Peer,
  type PeerUpload,
  type Said,
  type Setting,
  type Wish,
} from './peer.js';
import { Program } from './program.js';

const SCRIPT = fileURLToPath(new URL('flask_tutorial.py', import.meta.url));
// Debian's own first: it is the one that `apt-get install python3-flask` brings.
const PYTHONS = ['/usr/bin/python3', 'python3'];

/** The Python that has Flask; null when none has. */
export function pythonWithFlask(): string | null {
  return PYTHONS.find((python) => spawnSync(python, ['-c', 'import flask']).status === 0) ?? null;
}

/** The server of the tutorial. A file is there for everybody, under its name, from its first chunk on. */
export class FlaskPeer implements Peer {
  readonly name = 'tutorial (Flask)';
  private readonly program: Program;

  constructor(python: string, { diskSize }: Setting) {
    this.program = new Program((folder, port) => [python, SCRIPT, folder, String(port)], diskSize);
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

  begin(wish: Wish): Promise<PeerUpload> {
    return Promise.resolve(new FlaskUpload(this.program, wish));
  }

  garbage(whole: readonly PeerUpload[]): Promise<number> {
    const wanted = new Set(whole.map(({ wish }) => wish.name));
    const rest = readdirSync(this.program.data).filter((name) => !wanted.has(name));
    return Promise.resolve(rest.reduce((sum, name) => sum + statSync(join(this.program.data, name)).size, 0));
  }
}

class FlaskUpload implements PeerUpload {
  private readonly dropzone: DropzoneUpload;
  private readonly acknowledged = new Set<number>();
  private lost = 0;

  constructor(
    private readonly program: Program,
    readonly wish: Wish,
  ) {
    // It only makes the forms.
    this.dropzone = new DropzoneUpload(undefined as never, wish);
  }

  get next(): number | null {
    const index = this.dropzone.indexes.find((each) => !this.acknowledged.has(each));
    return index ?? null;
  }

  async send(index: number, altered = false): Promise<Said> {
    const deviation = altered ? { bytes: alteredChunkOf(this.wish, index) } : {};
    const { contentType, body } = this.dropzone.form(index, deviation);
    const headers = { 'Content-Type': contentType };
    const { status } = await send(this.program.url, '/upload', { method: 'POST', headers, body });
    if (status > 299) return 'refused';
    this.acknowledged.add(index);
    return index === countOf(this.wish) - 1 ? 'whole' : 'held';
  }

  /** There is no way to ask: the file is looked at, as an operator would. */
  async resume(): Promise<number> {
    const there = (await this.visible())?.length ?? 0;
    const acknowledged = (await this.held()).reduce((sum, { start, end }) => sum + end - start, 0);
    const lost = acknowledged - there - this.lost;
    // Its client does not know, and goes on: what was found lost once is still missing at the next fault.
    this.lost += Math.max(0, lost);
    return Math.max(0, lost);
  }

  held(): Promise<readonly ByteRange[]> {
    return Promise.resolve([...this.acknowledged].map((index) => rangeOf(this.wish, index)));
  }

  stored(): Promise<Buffer | null> {
    return this.visible();
  }

  visible(): Promise<Buffer | null> {
    const path = join(this.program.seen, this.wish.name);
    return Promise.resolve(existsSync(path) ? readFileSync(path) : null);
  }
}
