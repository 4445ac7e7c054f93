import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fileListSchema,
  uploadListSchema,
  uploadStatusSchema,
  type StoredFile,
  type UploadStatus,
  type UploadSummary,
} from '@stowage/contract';
import { freshDatabase } from './database.js';
import { endTurnsOfTheDead } from './dead-turns.js';
import { filesIn, makeWritable, type FoundFile } from './disk.js';
import { onDisk } from './small-disk.js';
import { send, type Answer, type Ask } from './http.js';
import { LogBook } from './log-book.js';
import { ServerProcess, type Exit } from './server-process.js';

/** What a test may choose. */
export interface ProductOptions {
  /** Environment on top of what every test needs. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another database than a fresh one of this run's server. */
  readonly database?: string;
  /** Puts the data folder on a disk of its own, of so many bytes; see {@link canHaveDisks}. */
  readonly diskSize?: number;
  /** Where it listens and is reached; its own loopback by default. */
  readonly host?: string;
  /** Words to put before its command, to run it in a world of its own. */
  readonly within?: readonly string[];
  /** Milliseconds of silence after which a request to it is given up, as `ETIMEDOUT`; by default never. */
  readonly patience?: number;
  /** Keeps a process ready for the next start, with its program loaded: for tests that start very often. */
  readonly understudy?: boolean;
}

/** The API with a database and a data folder of its own; both outlive its restarts. */
export class Product {
  /** Of every request, such as those of somebody who has signed in; a request's own ones win. */
  headers: Readonly<Record<string, string>> = {};
  readonly folder = mkdtempSync(join(tmpdir(), 'stowage-e2e-'));
  readonly dataDir = join(this.folder, 'data');
  readonly logs = new LogBook();
  /** `http://127.0.0.1:<port>`, the same after a restart. */
  url = '';
  /** The address as the server announces it. */
  announced = '';
  /** What makes the first account; empty once there is one. */
  setUpLink = '';
  private database: string | undefined;
  protected agent = new Agent({ keepAlive: true });
  private current: ServerProcess | null = null;
  private next: ServerProcess | null = null;
  private killed = false;

  constructor(private readonly options: ProductOptions = {}) {
    this.database = options.database;
  }

  get process(): ServerProcess {
    if (this.current === null) throw new Error('The product was never started.');
    return this.current;
  }

  /** The address of its database. */
  get databaseUrl(): string {
    if (this.database === undefined) throw new Error('The product was never started.');
    return this.database;
  }

  private get host(): string {
    return this.options.host ?? '127.0.0.1';
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /**
   * Starts the server and waits until it listens.
   * @param env environment for this run alone
   */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.database ??= await freshDatabase();
    if (this.killed) await endTurnsOfTheDead(this.database);
    if (this.options.diskSize !== undefined) mkdirSync(this.dataDir, { recursive: true });
    this.current = this.takeNext(env) ?? this.spawn(env);
    this.killed = false;
    const { url, setUpLink = '' } = await this.current.ready();
    this.announced = url;
    this.setUpLink = setUpLink;
    // A public URL does not tell the port: whoever sets one chooses the port as well.
    if (this.url === '') this.url = `http://${this.host}:${this.options.env?.PORT ?? new URL(this.announced).port}`;
    if (this.options.understudy === true) this.next ??= this.spawn({}, true);
  }

  private spawn(env: Readonly<Record<string, string>>, waits = false): ServerProcess {
    return new ServerProcess(
      {
        ...{ HOST: this.host, PORT: this.url === '' ? '0' : String(this.port), LOG_LEVEL: 'debug' },
        ...{ DATABASE_URL: this.databaseUrl, STOWAGE_DATA_DIR: this.dataDir, ...this.options.env, ...env },
      },
      this.logs,
      [
        ...(this.options.within ?? []),
        ...(this.options.diskSize === undefined ? [] : onDisk(this.dataDir, this.options.diskSize)),
      ],
      waits,
    );
  }

  /** The process that waits; none that was to have another environment. */
  private takeNext(env: Readonly<Record<string, string>>): ServerProcess | null {
    const { next } = this;
    if (next === null || Object.keys(env).length > 0) return null;
    this.next = null;
    next.begin();
    return next;
  }

  /** Asks it to stop, as an operator does, and waits for its end. */
  async stop(): Promise<Exit> {
    this.agent.destroy();
    this.agent = new Agent({ keepAlive: true });
    this.process.signal('SIGTERM');
    return this.process.exited;
  }

  /** kill -9, and its end. */
  async kill(): Promise<void> {
    this.process.signal('SIGKILL');
    await this.wasKilled();
  }

  /** Waits for the end of a process that is killed by itself or by somebody else. */
  async wasKilled(): Promise<void> {
    const { signal } = await this.process.exited;
    if (signal !== 'SIGKILL') throw new Error(`The API was not killed: ${this.process.errors}`);
    this.killed = true;
    this.agent.destroy();
    this.agent = new Agent({ keepAlive: true });
  }

  /**
   * Ends it and removes its data.
   * @throws Error when it had crashed, or does not end cleanly
   */
  async dispose(): Promise<void> {
    this.next?.signal('SIGKILL');
    await this.next?.exited;
    // One that a failed test has left killed is no second fault.
    const exit = this.current === null || this.killed ? null : await this.stop();
    makeWritable(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
    if (exit !== null && exit.code !== 0) {
      throw new Error(`The API ended with ${JSON.stringify(exit)}: ${this.process.errors}`);
    }
  }

  send(path: string, ask: Ask = {}): Promise<Answer> {
    const { patience } = this.options;
    return send(this.url, path, {
      ...{ agent: this.agent, ...(patience === undefined ? {} : { patience }), ...ask },
      headers: { ...this.headers, ...ask.headers },
    });
  }

  /** An upload as the server sees it. */
  async status(uploadId: string): Promise<UploadStatus> {
    return (await this.send(`/api/uploads/${uploadId}`)).as(uploadStatusSchema);
  }

  /** The unfinished uploads, newest first. */
  async unfinished(): Promise<UploadSummary[]> {
    return (await this.send('/api/uploads?state=receiving,completing&limit=200')).as(uploadListSchema).uploads;
  }

  /** All files, newest first; tests make fewer than a page of them. */
  async files(): Promise<StoredFile[]> {
    return (await this.send('/api/files?limit=200')).as(fileListSchema).files;
  }

  /** Removes all unfinished uploads, and for good all files that are not in the trash. */
  async clear(): Promise<void> {
    const addresses = [
      ...(await this.unfinished()).map(({ id }) => `/api/uploads/${id}`),
      ...(await this.files()).map(({ id }) => `/api/files/${id}?permanent=true`),
    ];
    for (const address of addresses) await this.send(address, { method: 'DELETE' });
  }

  /** The bytes of a file. */
  async download(fileId: string): Promise<Buffer> {
    return (await this.send(`/api/files/${fileId}/content`)).body;
  }

  /** The bytes of unfinished uploads on the disk. */
  get staged(): FoundFile[] {
    return filesIn(join(this.dataDir, 'staging'));
  }

  /** The contents at rest on the disk. */
  get blobs(): FoundFile[] {
    return filesIn(join(this.dataDir, 'blobs'));
  }
}
