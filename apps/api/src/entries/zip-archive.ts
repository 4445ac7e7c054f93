import type { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** Something that goes into a ZIP file. */
export interface ZipItem {
  /** `/`-separated and relative, of safe names. */
  readonly path: string;
  readonly modifiedAt: Date;
  /** Null for a folder. */
  readonly content: ZipContent | null;
}

/** The bytes of a file. */
export interface ZipContent {
  /** How many they are. */
  readonly size: number;
  /** Opens them, when their turn has come; null when the file is not there any more, so that it is left out. */
  open(): Promise<Readable | null>;
}

/** What of yazl's files is used besides what its types know. */
interface Internals {
  /** The central directory, as far as it has come; yazl goes through all of it, from the first entry, after each one. */
  entries: { readonly state: number }[];
}

/** State of an entry of yazl that is written whole. */
const DONE = 3;

/**
 * Packs items into a ZIP file while it is read: the next item is asked for, and its bytes are opened, when the ones before
 * have been taken. Whoever destroys the stream ends everything behind it. It fails, before the central directory, when
 * items cannot be read or have another size: what came of it then opens with no program.
 *
 * Stored, not deflated: most of what is uploaded is compressed already, and a download costs the same CPU whatever it is.
 */
export function zipOf(items: AsyncIterable<ZipItem>): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as PassThrough;
  const fail = (error: unknown) => {
    output.destroy(error instanceof Error ? error : new Error('The ZIP file could not be made.', { cause: error }));
  };
  zip.on('error', fail);
  void new ZipWriter(zip, output).write(items).catch(fail);
  return output;
}

class ZipWriter {
  /** Entries that are done, taken out of yazl's sight: with 100,000 of them it would do nothing but go through its list. */
  private readonly done: Internals['entries'] = [];
  private readonly internals: Internals;

  constructor(
    private readonly zip: ZipFile,
    private readonly output: PassThrough,
  ) {
    this.internals = zip as unknown as Internals;
  }

  async write(items: AsyncIterable<ZipItem>): Promise<void> {
    for await (const item of items) {
      if (this.output.destroyed) return;
      if (item.content === null) this.addFolder(item);
      else await this.addFile(item, item.content);
      this.setDoneAside();
      if (this.output.writableNeedDrain) await drained(this.output);
    }
    this.internals.entries = this.done.concat(this.internals.entries);
    this.zip.end();
  }

  private addFolder({ path, modifiedAt }: ZipItem): void {
    this.zip.addEmptyDirectory(path, { mtime: modifiedAt, mode: 0o40755 });
  }

  /** Adds a file and waits until its bytes have been taken. */
  private async addFile({ path, modifiedAt }: ZipItem, content: ZipContent): Promise<void> {
    const bytes = await content.open();
    if (bytes === null) return;
    const closed = new Promise((resolve) => bytes.once('close', resolve));
    const stop = () => bytes.destroy();
    bytes.once('error', (error) => this.output.destroy(error));
    this.output.once('close', stop);
    if (this.output.destroyed) stop();
    else {
      const options = { size: content.size, mtime: modifiedAt, mode: 0o100644, compress: false };
      this.zip.addReadStreamLazy(path, options, handOver(bytes));
    }
    await closed;
    this.output.off('close', stop);
    // yazl would wait for the rest for ever.
    if (!bytes.readableEnded) this.output.destroy(new Error('The bytes of a file ended too early.'));
  }

  private setDoneAside(): void {
    const { entries } = this.internals;
    const first = entries.findIndex(({ state }) => state !== DONE);
    this.done.push(...entries.splice(0, first === -1 ? entries.length : first));
  }
}

/** Gives a stream away once and forgets it: yazl keeps this function, with all that it knows, to the end. */
function handOver(bytes: Readable): (give: (error: unknown, stream: Readable) => void) => void {
  let turn: Readable | null = bytes;
  return (give) => {
    if (turn !== null) give(null, turn);
    turn = null;
  };
}

/** Waits until a stream takes more, or is over. */
function drained(stream: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      stream.off('drain', go).off('close', go);
      resolve();
    };
    stream.on('drain', go).on('close', go);
  });
}
