import type { UploadResult } from '@stowage/contract';
import { send, type ClientFile } from '../sending.js';
import type { Engine } from '../engine.js';

/** What clients were told, kept where no crash reaches it. */
export class Book {
  /** Every file that somebody began to send, by its key. */
  readonly sources = new Map<string, ClientFile>();
  /** Chunks that were answered as held, by key. */
  readonly held = new Map<string, Set<number>>();
  /** Files that were answered as complete, by id. */
  readonly files = new Map<string, ClientFile>();
  /** Keys of uploads whose cancel was asked for, and ids of files whose delete was: they may be gone. */
  readonly given = new Set<string>();

  /** Sends a chunk and writes down what was answered; a refusal is no answer. */
  async send(engine: Engine, file: ClientFile, index: number): Promise<UploadResult | null> {
    const key = file.key ?? '';
    this.sources.set(key, file);
    const answer = await send(engine, file, index).catch(() => null);
    if (answer === null) return null;
    const held = this.held.get(key) ?? new Set();
    this.held.set(key, held.add(index));
    if (answer.file !== undefined) this.files.set(answer.file.id, file);
    return answer;
  }

  /** Cancels the upload of a file. */
  async cancel(engine: Engine, file: ClientFile, uploadId: string): Promise<void> {
    this.given.add(file.key ?? '');
    await engine.uploads.cancel(uploadId).catch(() => undefined);
  }

  /** Deletes a file that was complete. */
  async delete(engine: Engine, fileId: string): Promise<void> {
    this.given.add(fileId);
    await engine.remover.delete(fileId).catch(() => undefined);
  }
}
