import { uploadStatusSchema, type StoredFile } from '@stowage/contract';
import { resultOf } from '../../support/dropzone.js';
import type { Answer } from '../../support/http.js';
import type { Product } from '../../support/product.js';
import { sha256 } from '../../support/random.js';
import type { Expectation, Oracle } from './oracle.js';
import { isToRepeat, readyAgain } from './patience.js';
import type { Sender } from './rest-sender.js';

/** Bytes that a client had to send again. */
export interface Resent {
  /** Bytes that were on their way when the fault came. */
  flying: number;
  /** Bytes sent a second time since. */
  again: number;
  /** Bytes of chunks whose request broke off or was refused for the moment: no more than these need be sent again. */
  broken: number;
}

/** One file under way, and what its client knows of it. */
export class Transfer {
  id = '';
  expectation: Expectation | null = null;
  cancelAsked = false;
  readonly acknowledged = new Set<number>();
  /** Monotonic milliseconds. */
  lastAcknowledgedAt = 0;
  readonly resent: Resent = { flying: 0, again: 0, broken: 0 };
  private readonly tried = new Set<number>();

  constructor(
    private readonly product: Product,
    private readonly oracle: Oracle,
    readonly name: string,
    readonly content: Buffer,
    private readonly upload: Sender,
  ) {
    oracle.begins(name, content);
  }

  /** Chunks that no answer has confirmed. */
  get open(): number[] {
    return this.upload.indexes.filter((index) => !this.acknowledged.has(index));
  }

  get isOver(): boolean {
    return this.expectation !== null || this.isGivenUp || (this.cancelAsked && this.isCancelled);
  }

  private isCancelled = false;
  /** The server has said that the disk lost bytes of it: nobody goes on with it. */
  isGivenUp = false;

  /** Sends a chunk. A refusal because of a cancel of our own is none. */
  async send(index: number): Promise<void> {
    const { start, end } = this.upload.range(index);
    if (this.tried.has(index) && !this.acknowledged.has(index)) this.resent.again += end - start;
    this.tried.add(index);
    const answer = await this.upload.send(index).catch((error: unknown) => {
      this.resent.broken += end - start;
      throw error;
    });
    if (isToRepeat(answer)) {
      this.resent.broken += end - start;
      await readyAgain(this.product);
    } else this.take(answer, index);
  }

  private take(answer: Answer, index: number): void {
    if (this.cancelAsked && [409, 410].includes(answer.status)) return;
    if (this.isLost(answer)) return;
    const { upload, file } = resultOf(answer);
    this.id = upload.id;
    this.lastAcknowledgedAt = performance.now();
    this.acknowledged.add(index);
    this.oracle.acknowledged.add(upload.id, this.upload.range(index), sha256(this.upload.bytes(index)));
    if (file !== undefined) this.becomes(file);
  }

  /** A disk may lose bytes, and a server may say so: then the upload has failed, for this reason and for good. */
  private isLost({ status, type, text }: Answer): boolean {
    if (status !== 410 || !type.includes('json')) return false;
    if ((JSON.parse(text) as { code?: string }).code !== 'bytes-lost') return false;
    this.giveUp();
    return true;
  }

  private giveUp(): void {
    this.isGivenUp = true;
    this.oracle.wasLost(this.id);
  }

  private becomes(file: StoredFile): void {
    this.expectation = this.oracle.becomes(file, this.content);
  }

  /** Asks how far it is, and believes that. Returns false while the server cannot say. */
  async look(): Promise<boolean> {
    if (this.id === '') return true;
    const answer = await this.product.send(`/api/uploads/${this.id}`);
    if (isToRepeat(answer)) return false;
    if (answer.status !== 200) throw new Error(`${this.id} is answered ${answer.status} ${answer.text}`);
    const status = answer.as(uploadStatusSchema);
    if (status.upload.state === 'failed' && status.upload.reason === 'bytes-lost') this.giveUp();
    this.oracle.sees(status);
    if (status.file !== undefined) this.becomes(status.file);
    this.isCancelled = status.upload.state === 'cancelled';
    for (const index of this.upload.indexes) {
      const { start, end } = this.upload.range(index);
      const held = !status.missing.some((gap) => gap.start < end && start < gap.end);
      if (held) this.acknowledged.add(index);
    }
    return true;
  }

  /** Cancels it. One that has just been completed says so, and stays. */
  async cancel(): Promise<void> {
    if (this.id === '') return;
    this.cancelAsked = true;
    this.oracle.mayBeCancelled(this.id);
    const answer = await this.product.send(`/api/uploads/${this.id}`, { method: 'DELETE' });
    if (answer.status === 204) {
      this.oracle.isCancelled(this.id);
      this.isCancelled = true;
    } else if (!isToRepeat(answer) && answer.status !== 409) throw new Error(`cancel: ${answer.status} ${answer.text}`);
  }

  /** Deletes the file that it has become. */
  async delete(): Promise<void> {
    if (this.expectation === null) return;
    this.expectation.deleteAsked = true;
    const answer = await this.product.send(`/api/files/${this.expectation.file.id}?permanent=true`, {
      method: 'DELETE',
    });
    if (isToRepeat(answer)) return;
    if (answer.status !== 204 && answer.status !== 404) throw new Error(`delete: ${answer.status} ${answer.text}`);
    this.expectation.deleted = true;
  }

  /** Counts what was under way, at the moment of a fault. */
  countFlying(): void {
    for (const index of this.tried) {
      const { start, end } = this.upload.range(index);
      if (!this.acknowledged.has(index)) this.resent.flying += end - start;
    }
  }
}
