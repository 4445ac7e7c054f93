import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DropzoneUpload } from '../../support/dropzone.js';
import { send } from '../../support/http.js';
import { alteredChunkOf, countOf, type Peer, type PeerUpload, type Said, type Wish } from './peer.js';
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

  constructor(python: string, diskSize: number | null = null) {
    this.program = new Program((folder, port) => [python, SCRIPT, folder, String(port)], diskSize);
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
    const { content, chunkSize } = this.wish;
    const acknowledged = [...this.acknowledged].reduce(
      (sum, index) => sum + Math.min(chunkSize, content.length - index * chunkSize),
      0,
    );
    return Math.max(0, acknowledged - there);
  }

  visible(): Promise<Buffer | null> {
    const path = join(this.program.seen, this.wish.name);
    return Promise.resolve(existsSync(path) ? readFileSync(path) : null);
  }
}
