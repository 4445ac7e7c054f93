import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ByteRange } from '@stowage/contract';
import { DropzoneUpload } from '../../support/dropzone.js';
import { send } from '../../support/http.js';
import { alteredChunkOf, countOf, rangeOf, type PeerUpload, type Said, type Setting, type Wish } from './peer.js';
import { type Program, ProgramPeer } from './program.js';

const SCRIPT = fileURLToPath(new URL('../../../../tools/bench/peers/flask_server.py', import.meta.url));
// Debian's own first: it is the one that `apt-get install python3-flask` brings.
const PYTHONS = ['/usr/bin/python3', 'python3'];

/** The Python that has Flask; null when none has. */
export function pythonWithFlask(): string | null {
  return PYTHONS.find((python) => spawnSync(python, ['-c', 'import flask']).status === 0) ?? null;
}

/** The server of the tutorial. A file is there for everybody, under its name, from its first chunk on. */
export class FlaskPeer extends ProgramPeer {
  readonly name = 'tutorial (Flask)';

  constructor(python: string, setting: Setting) {
    super((folder, port) => [python, SCRIPT, String(port), folder], setting);
  }

  begin(wish: Wish): Promise<PeerUpload> {
    return Promise.resolve(new FlaskUpload(this.program, wish));
  }

  garbage(whole: readonly PeerUpload[]): Promise<number> {
    const wanted = new Set(whole.map(({ wish }) => wish.name));
    return Promise.resolve(this.sizeOfRest((name) => wanted.has(name)));
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
