import { mkdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ByteRange, StoredFile } from '@stowage/contract';
import { DropzoneUpload } from '../../support/dropzone.js';
import { Product } from '../../support/product.js';
import { contentDigest, RestUpload } from '../../support/rest.js';
import { query } from '../../support/database.js';
import type { FoundFile } from '../../support/disk.js';
import { sha256 } from '../../support/random.js';
import { until } from '../../support/until.js';
import { MORTAL } from './mortal.js';
import { alteredChunkOf, type Peer, type PeerUpload, type Said, type Setting, type Wish } from './peer.js';

/** This project's server, asked by the forms of Dropzone. */
export class StowagePeer implements Peer {
  readonly name = 'Stowage';
  private readonly product: Product;

  constructor({ diskSize, restarts = false }: Setting) {
    const env = { LOG_LEVEL: 'error', STOWAGE_MIN_FREE_BYTES: '0', STOWAGE_MIN_FREE_INODES: '0' };
    this.product = new Product({
      env,
      understudy: restarts,
      within: MORTAL,
      ...(diskSize === undefined ? {} : { diskSize }),
    });
    mkdirSync(this.data);
  }

  get data(): string {
    return this.product.dataDir;
  }

  get pid(): number {
    return this.product.process.pid;
  }

  start(): Promise<void> {
    return this.product.start();
  }

  kill(): Promise<void> {
    return this.product.kill();
  }

  dispose(): Promise<void> {
    return this.product.dispose();
  }

  begin(wish: Wish): Promise<PeerUpload> {
    return Promise.resolve(new StowageUpload(this.product, wish));
  }

  async garbage(): Promise<number> {
    // A week passes.
    await query(this.product.databaseUrl, `UPDATE uploads SET expires_at = now() WHERE state = 'receiving'`);
    await this.product.kill();
    await this.product.start();
    const gone = () => this.product.staged.length === 0;
    await until('what nobody goes on with is removed', gone, 30_000).catch(() => undefined);
    const [known] = await query<{ bytes: string }>(
      this.product.databaseUrl,
      `SELECT coalesce(sum(b.size), 0) AS bytes FROM blobs b WHERE EXISTS (SELECT 1 FROM entries e WHERE e.blob_id = b.id)`,
    );
    const bytes = (found: readonly { readonly size: number }[]) => found.reduce((sum, { size }) => sum + size, 0);
    return bytes(this.product.staged) + bytes(this.product.blobs) - Number(known?.bytes);
  }
}

class StowageUpload implements PeerUpload {
  private readonly dropzone: DropzoneUpload;
  private readonly acknowledged = new Set<number>();
  private id = '';

  constructor(
    private readonly product: Product,
    readonly wish: Wish,
  ) {
    this.dropzone = new DropzoneUpload(product, wish);
  }

  get next(): number | null {
    return this.dropzone.indexes.find((index) => !this.acknowledged.has(index)) ?? null;
  }

  async send(index: number, altered = false): Promise<Said> {
    if (altered) return this.sendAltered(index);
    const answer = await this.dropzone.send(index);
    if (answer.status > 299) return 'refused';
    this.acknowledged.add(index);
    this.id = (JSON.parse(answer.text) as { readonly upload: { readonly id: string } }).upload.id;
    return answer.status === 200 ? 'held' : 'whole';
  }

  private async sendAltered(index: number): Promise<Said> {
    const upload = new RestUpload(this.product, this.id);
    const answer = await upload.chunk(
      index,
      alteredChunkOf(this.wish, index),
      contentDigest(this.dropzone.bytes(index)),
    );
    return answer.status > 299 ? 'refused' : 'held';
  }

  async resume(): Promise<number> {
    if (this.id === '') return 0;
    const { missing } = await this.product.status(this.id);
    const isMissing = (index: number): boolean => {
      const { start, end } = this.dropzone.range(index);
      return missing.some((gap) => gap.start < end && start < gap.end);
    };
    const lost = [...this.acknowledged].filter(isMissing);
    for (const index of lost) this.acknowledged.delete(index);
    return lost.reduce((sum, index) => sum + this.dropzone.bytes(index).length, 0);
  }

  /** What PostgreSQL says counts as well: it is on another disk, and at least as new as the bytes. */
  async held(): Promise<readonly ByteRange[]> {
    const acknowledged = [...this.acknowledged].map((index) => this.dropzone.range(index));
    if (this.next === null) return acknowledged;
    const rows = await query<{ start: string; length: string }>(
      this.product.databaseUrl,
      `SELECT c."offset" AS start, c.length FROM chunks c WHERE c.upload_id = (${this.ownId})`,
    );
    const recorded = rows.map(({ start, length }) => ({ start: Number(start), end: Number(start) + Number(length) }));
    return [...acknowledged, ...recorded];
  }

  /** Nobody may have been told its id yet. */
  private get ownId(): string {
    return `SELECT id FROM uploads WHERE name = '${this.wish.name}'`;
  }

  async stored(): Promise<Buffer | null> {
    const named = (files: readonly FoundFile[], name: string) => files.find(({ path }) => basename(path) === name);
    const blob = named(this.product.blobs, sha256(this.wish.content));
    if (blob !== undefined) return readFileSync(blob.path);
    const [upload] = await query<{ id: string }>(this.product.databaseUrl, this.ownId);
    const staged = upload && named(this.product.staged, upload.id);
    return staged === undefined ? null : readFileSync(staged.path);
  }

  async visible(): Promise<Buffer | null> {
    const own = this.id === '' ? undefined : await this.settled();
    const file = own ?? (await this.product.files()).find(({ name }) => name === this.wish.name);
    return file === undefined ? null : this.product.download(file.id);
  }

  /** Its file; one that is being made is waited for. */
  private async settled(): Promise<StoredFile | undefined> {
    let status = await this.product.status(this.id);
    const isSettled = async () => (status = await this.product.status(this.id)).upload.state !== 'completing';
    if (status.upload.state === 'completing') await until('the file is there', isSettled, 5_000).catch(() => undefined);
    return status.file;
  }
}
