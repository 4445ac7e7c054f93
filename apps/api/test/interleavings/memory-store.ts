import type { BlobStore, ChunkTarget, Content } from '../../src/blobs/blob-store.js';

/** Lets something else happen first, perhaps much. */
export type Step = (label: string) => Promise<void>;

/** A byte, and when it was written. */
interface Written {
  readonly byte: number;
  readonly at: number;
}

interface Writer {
  readonly start: number;
  end: number;
}

/** The disk of one upload, in memory: what is written, and what of that would outlive a power cut. */
export class MemoryStore implements Pick<BlobStore, 'writeChunk' | 'discard' | 'follow'> {
  readonly faults: string[] = [];
  /** By place in the file. */
  readonly written: Written[] = [];
  readonly synced: Written[] = [];
  private writes = 0;
  private readonly writers = new Set<Writer>();

  constructor(private readonly step: Step) {}

  async writeChunk({ offset }: ChunkTarget, content: Content): Promise<number> {
    const writer: Writer = { start: offset, end: offset };
    this.writers.add(writer);
    try {
      for await (const batch of content) await this.write(writer, Buffer.concat(batch));
      // A sync covers what was written before it began.
      const covered = this.written.slice();
      await this.step('sync');
      covered.forEach((byte, place) => {
        // Another sync, which began later, may have ended before.
        if (byte.at > (this.synced[place]?.at ?? 0)) this.synced[place] = byte;
      });
      return writer.end - offset;
    } finally {
      this.writers.delete(writer);
    }
  }

  private async write(writer: Writer, bytes: Buffer): Promise<void> {
    const start = writer.end;
    writer.end += bytes.length;
    const other = [...this.writers].find((each) => each !== writer && each.start < writer.end && start < each.end);
    if (other !== undefined) this.faults.push(`two write at ${start} at once`);
    await this.step(`write ${start}`);
    const at = ++this.writes;
    bytes.forEach((byte, index) => (this.written[start + index] = { byte, at }));
  }

  async discard(): Promise<void> {
    await this.step('discard');
    if (this.writers.size > 0) this.faults.push('bytes are removed while somebody writes');
    this.written.length = 0;
    this.synced.length = 0;
  }

  follow(): void {
    // Nobody asks for a digest here.
  }
}
