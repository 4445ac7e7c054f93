import { fileListSchema, uploadStatusSchema, type StoredFile, type UploadStatus } from '@stowage/contract';
import { Acknowledgements } from '../../support/acknowledgements.js';
import type { Product } from '../../support/product.js';
import { sha256 } from '../../support/random.js';
import { atOnce } from '../../support/until.js';
import { patiently } from './patience.js';

/** What a client knows of one of its files: what it holds, and what it has asked to be removed. */
export interface Expectation {
  readonly file: StoredFile;
  readonly content: Buffer;
  /** A delete was sent, whether or not it was answered. */
  deleteAsked: boolean;
  /** The delete was answered with success. */
  deleted: boolean;
}

/** How often a verdict is about everything there ever was. */
const EVERYTHING_EVERY = 10;
/** Questions asked at the same time: the server answers two while it would wait for one of us. */
const AT_ONCE = 4;

/** Knows what the server has promised to everyone, and finds out whether it keeps it. */
export class Oracle {
  readonly acknowledged = new Acknowledgements();
  /** By name: clients never use one twice. */
  private readonly contents = new Map<string, string>();
  private readonly files = new Map<string, Expectation>();
  private readonly mayEnd = new Set<string>();
  private readonly cancelled = new Set<string>();
  /** Uploads that the server has given up because the disk lost bytes. */
  readonly lost = new Set<string>();
  /** Only a disk that fails may lose any. */
  diskMayFail = false;
  private readonly complaints: string[] = [];
  private verdicts = 0;
  /** Ended uploads, and files with what was asked of them, that were found right once. */
  private readonly settled = new Set<string>();

  /** Says which bytes a name stands for. */
  begins(name: string, content: Buffer): void {
    this.contents.set(name, sha256(content));
  }

  /** A file was reported; again is no fault if it is the same. */
  becomes(file: StoredFile, content: Buffer): Expectation {
    const known = this.files.get(file.id);
    if (known !== undefined) return known;
    const expectation = { file, content, deleteAsked: false, deleted: false };
    this.files.set(file.id, expectation);
    this.expectOneFile(file);
    if (file.sha256 !== sha256(content) || file.size !== content.length)
      this.complain(`${file.name} became a file with other bytes`);
    return expectation;
  }

  private expectOneFile({ id, name }: StoredFile): void {
    const others = [...this.files.values()].filter(({ file }) => file.name === name && file.id !== id);
    if (others.length > 0) this.complain(`${name} became two files`);
  }

  /** A cancel is about to be sent: from now on the upload may be cancelled. */
  mayBeCancelled(uploadId: string): void {
    this.mayEnd.add(uploadId);
  }

  /** The server has said that the disk has not kept an upload: that is no loss in silence, and it stays so. */
  wasLost(uploadId: string): void {
    if (!this.diskMayFail) this.complain(`upload ${uploadId} was given up, and the disk has not failed`);
    this.lost.add(uploadId);
    this.mayEnd.add(uploadId);
  }

  /** A cancel was answered with success: from now on it must be. */
  isCancelled(uploadId: string): void {
    this.cancelled.add(uploadId);
  }

  /** Holds a status against everything said before. */
  sees(status: UploadStatus): void {
    const { id, state } = status.upload;
    this.complaints.push(...this.acknowledged.compare(status, this.mayEnd.has(id)));
    if (this.cancelled.has(id) && state !== 'cancelled') this.complain(`upload ${id} was cancelled, and is ${state}`);
  }

  /** Holds the list of files against everything said before: each is whole, and none is there that was deleted. */
  async seesFiles(list: () => Promise<readonly StoredFile[]>): Promise<void> {
    // A delete that is answered while the list is on its way may or may not show in it.
    const deleted = new Set([...this.files.values()].filter((known) => known.deleted).map(({ file }) => file.id));
    for (const file of await list()) {
      if (this.contents.get(file.name) !== file.sha256) this.complain(`${file.name} is listed with other bytes`);
      if (deleted.has(file.id)) this.complain(`${file.name} was deleted, and is listed`);
    }
  }

  complain(sentence: string): void {
    this.complaints.push(sentence);
  }

  /**
   * Asks the server about what it has promised, byte for byte. Returns what is wrong, in sentences.
   * @param everything also what had ended and was found right before: else a long run would ask for nothing else
   */
  async verdict(product: Product, everything = ++this.verdicts % EVERYTHING_EVERY === 0): Promise<string[]> {
    const unsettled = this.acknowledged.uploadIds.filter((id) => everything || !this.settled.has(id));
    const checks = unsettled.map((id) => async () => {
      await this.checkUpload(product, id);
      if (this.acknowledged.hasEnded(id)) this.settled.add(id);
    });
    await atOnce(AT_ONCE, checks);
    await this.seesFiles(async () => (await patiently(product, '/api/files?limit=200')).as(fileListSchema).files);
    const downloads = [...this.files.values()].map((expectation) => async () => {
      const state = `${expectation.file.id} ${expectation.deleteAsked} ${expectation.deleted}`;
      if (!everything && this.settled.has(state)) return;
      await this.checkFile(product, expectation);
      this.settled.add(state);
    });
    await atOnce(AT_ONCE, downloads);
    return this.complaints.splice(0);
  }

  private async checkUpload(product: Product, id: string): Promise<void> {
    const answer = await patiently(product, `/api/uploads/${id}`);
    if (answer.status === 200) this.sees(answer.as(uploadStatusSchema));
    // Who begins a cancelled upload anew gets another in its place.
    else if (!this.mayEnd.has(id))
      this.complain(`upload ${id} is gone (${answer.status}), lost the acknowledged bytes`);
  }

  private async checkFile(product: Product, { file, content, deleteAsked, deleted }: Expectation): Promise<void> {
    const { status, body } = await patiently(product, `/api/files/${file.id}/content`);
    if (status === 404 && deleteAsked) return;
    if (deleted) this.complain(`${file.name} was deleted, and can be downloaded (${status})`);
    else if (status !== 200) this.complain(`${file.name} is gone (${status})`);
    else if (!body.equals(content)) this.complain(`${file.name} has other bytes than were sent`);
  }

  /** What was found so far without asking. */
  get findings(): readonly string[] {
    return this.complaints;
  }
}
