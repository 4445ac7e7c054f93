/** The built product, the commands as a person runs them, and clients that keep uploading and deleting. */
import { createHash, randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Product, until } from '../../launch/test/product.js';

const script = fileURLToPath(new URL('../main.mjs', import.meta.url));
export const CHUNK = 64 * 1024;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface Stored {
  readonly id: string;
  readonly name: string;
  readonly sha256: string;
}

interface Answer {
  readonly upload: { readonly id: string };
  readonly file?: Stored;
}

/** One run of a command, with its words and environment. */
export class Command {
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(words: readonly string[], env: NodeJS.ProcessEnv) {
    const { DATABASE_URL: _, INIT_CWD: __, ...clean } = process.env;
    this.child = spawn(process.execPath, [script, ...words], { env: { ...clean, ...env } });
    this.child.stdout?.on('data', (data: Buffer) => (this.stdout += data.toString('utf8')));
    this.child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString('utf8')));
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** For after a test, whatever state it is in. */
  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Its output, after it ended well. */
  async done(): Promise<string> {
    const code = await this.ended;
    if (code !== 0) throw new Error(`ended with ${String(code)}: ${this.stdout}${this.stderr}`);
    return this.stdout;
  }

  /** Its sentence, after it ended with 1. */
  async refused(): Promise<string> {
    const code = await this.ended;
    if (code !== 1) throw new Error(`ended with ${String(code)}: ${this.stdout}`);
    return this.stderr.trim();
  }
}

/** A folder with the data of a product, and what clients did to it. */
export class World {
  readonly product: Product;

  constructor(
    readonly folder: string,
    env: NodeJS.ProcessEnv = {},
  ) {
    this.product = new Product(folder, { built: true, env });
  }

  get dataDir(): string {
    return this.product.dataDir;
  }

  private async post(fields: Record<string, string>, bytes: Buffer, name: string): Promise<Answer> {
    const form = new FormData();
    for (const [key, value] of Object.entries(fields)) form.append(key, value);
    form.append('file', new Blob([new Uint8Array(bytes)]), name);
    const answer = await fetch(`${this.product.url}/upload`, { method: 'POST', body: form });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }

  /** A whole file; waits until it is one. */
  async upload(bytes: Buffer, name: string): Promise<Stored> {
    const { upload, file } = await this.post({}, bytes, name);
    let found = file;
    await until(async () => (found ??= (await this.status(upload.id)).file) !== undefined);
    if (found === undefined) throw new Error('no file');
    return found;
  }

  /** One chunk of a file of several. */
  chunk(key: string, bytes: Buffer, index: number): Promise<Answer> {
    const fields = {
      dzuuid: key,
      dzchunkindex: String(index),
      dzchunkbyteoffset: String(index * CHUNK),
      dzchunksize: String(CHUNK),
      dztotalchunkcount: String(Math.ceil(bytes.length / CHUNK)),
      dztotalfilesize: String(bytes.length),
    };
    return this.post(fields, bytes.subarray(index * CHUNK, (index + 1) * CHUNK), `${key}.bin`);
  }

  async status(
    id: string,
  ): Promise<Answer & { readonly upload: { readonly received: number; readonly state: string } }> {
    const answer = await fetch(`${this.product.url}/api/uploads/${id}`);
    return (await answer.json()) as Awaited<ReturnType<World['status']>>;
  }

  async remove(id: string): Promise<void> {
    const { status } = await fetch(`${this.product.url}/api/files/${id}?permanent=true`, { method: 'DELETE' });
    if (status >= 300) throw new Error(`delete: ${status}`);
  }

  /** Every file that is listed. */
  async files(): Promise<Stored[]> {
    const all: Stored[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const answer = await fetch(`${this.product.url}/api/files${query}`);
      const page = (await answer.json()) as { files: Stored[]; next: string | null };
      all.push(...page.files);
      cursor = page.next;
    }
    return all;
  }

  /** The SHA-256 of what a download gives. */
  async download(id: string): Promise<string> {
    const answer = await fetch(`${this.product.url}/api/files/${id}/content`);
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    return sha256(new Uint8Array(await answer.arrayBuffer()));
  }
}

/** Clients that upload, begin, complete and delete until they are told to stop. */
export class Load {
  readonly stored: Stored[] = [];
  private rounds = 0;
  private going = true;
  private readonly clients: Promise<void>[];

  constructor(
    private readonly world: World,
    clients = 3,
  ) {
    this.clients = Array.from({ length: clients }, (_, client) => this.run(client));
  }

  private async run(client: number): Promise<void> {
    for (let round = 0; this.going; round++) {
      const name = `load-${client}-${round}`;
      const whole = await this.world.upload(randomBytes(20_000), `whole-${name}.bin`);
      const bytes = randomBytes(CHUNK * 2 + 100);
      await this.world.chunk(name, bytes, 2);
      await this.world.chunk(name, bytes, 0);
      if (round % 2 === 0) await this.world.chunk(name, bytes, 1);
      if (round % 3 === 0) await this.world.remove(whole.id);
      else this.stored.push(whole);
      this.rounds++;
    }
  }

  /** Waits until so many rounds are done, or a client has failed. */
  async reaches(rounds: number): Promise<void> {
    await Promise.race([Promise.all(this.clients), until(() => this.rounds >= rounds)]);
  }

  async stop(): Promise<void> {
    this.going = false;
    await Promise.all(this.clients);
  }
}
