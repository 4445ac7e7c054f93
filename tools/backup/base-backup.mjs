/**
 * PostgreSQL's own base backup over its replication protocol, as pg_basebackup asks for it: the files of the cluster and
 * the log that makes them consistent, as tar archives. Works for the embedded server and for any other.
 */
import pg from 'pg';

/** Bytes that may wait for the disk before the socket is paused. */
const MOST_WAITING = 4 * 1024 * 1024;

/**
 * @typedef {{ type: 'file', name: string } | { type: 'bytes', bytes: Buffer }} Piece
 * The beginning of a file (`base.tar`, one tar per tablespace, `backup_manifest`), or bytes of the last one begun.
 */

/** A query in copy-out mode; pg has none of its own. Frames keep their boundaries, which the archive needs. */
class CopyOut {
  /** @type {Buffer[]} */
  #frames = [];
  #waiting = 0;
  #ended = false;
  /** @type {Error | undefined} */
  #error;
  /** @type {(() => void) | undefined} */
  #wake;
  /** @type {import('node:net').Socket | undefined} */
  #socket;
  /** @type {string[][]} the rows before and after the frames */
  rows = [];

  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  /** @param {{ query: (text: string) => void, stream: import('node:net').Socket }} connection */
  submit(connection) {
    this.#socket = connection.stream;
    connection.query(this.text);
  }

  handleRowDescription() {}
  handleCommandComplete() {}
  handleEmptyQuery() {}

  /** @param {{ fields: string[] }} message */
  handleDataRow({ fields }) {
    this.rows.push(fields);
  }

  /** @param {{ chunk: Buffer }} message */
  handleCopyData({ chunk }) {
    this.#frames.push(Buffer.from(chunk)); // a copy: the parser uses its buffer again
    this.#waiting += chunk.length;
    if (this.#waiting > MOST_WAITING) this.#socket?.pause();
    this.#wake?.();
  }

  handleReadyForQuery() {
    this.#ended = true;
    this.#wake?.();
  }

  /** @param {Error} error */
  handleError(error) {
    this.#error = error;
    this.#wake?.();
  }

  /** @returns {AsyncGenerator<Buffer, void, undefined>} */
  async *frames() {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame) {
        this.#waiting -= frame.length;
        if (this.#waiting <= MOST_WAITING / 2) this.#socket?.resume();
        yield frame;
      } else if (this.#error) throw this.#error;
      else if (this.#ended) return;
      else await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    }
  }
}

/**
 * @param {string} url of a role that may replicate
 * @returns {Promise<pg.Client>}
 */
async function connect(url) {
  const options = { connectionString: url, replication: 'true', connectionTimeoutMillis: 10_000 };
  const client = new pg.Client(/** @type {pg.ClientConfig} */ (options));
  client.on('error', () => {}); // the running query fails with it
  await client.connect();
  return client;
}

/**
 * @param {Buffer} frame
 * @returns {Piece | undefined} undefined for a frame that is only progress
 */
function pieceOf(frame) {
  const rest = frame.subarray(1);
  switch (String.fromCharCode(frame[0] ?? 0)) {
    case 'n':
      return { type: 'file', name: rest.subarray(0, rest.indexOf(0)).toString('utf8') };
    case 'm':
      return { type: 'file', name: 'backup_manifest' };
    case 'd':
      return { type: 'bytes', bytes: rest };
    default:
      return undefined;
  }
}

/**
 * Takes a base backup. The log needed for it cannot be recycled meanwhile: a slot of this connection keeps it, and goes
 * with the connection, whatever ends it.
 * @param {string} url of a role that may replicate
 * @returns {AsyncGenerator<Piece, { start: string, end: string }, undefined>} returns the log positions between which
 *   the files were read; at the second one a restored database stands
 */
export async function* baseBackup(url) {
  const client = await connect(url);
  try {
    await client.query(`CREATE_REPLICATION_SLOT stowage_backup_${process.pid} TEMPORARY PHYSICAL RESERVE_WAL`);
    const copy = new CopyOut(
      `BASE_BACKUP (LABEL 'stowage', CHECKPOINT 'fast', WAL true, WAIT true, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')`,
    );
    client.query(/** @type {pg.Submittable} */ (/** @type {unknown} */ (copy)));
    for await (const frame of copy.frames()) {
      const piece = pieceOf(frame);
      if (piece) yield piece;
    }
    return { start: copy.rows[0]?.[0] ?? '', end: copy.rows.at(-1)?.[0] ?? '' };
  } finally {
    // Also when the reader stopped in the middle: a polite end would wait for the rest.
    /** @type {{ connection: { stream: import('node:net').Socket } }} */ (
      /** @type {unknown} */ (client)
    ).connection.stream.destroy();
    await client.end().catch(() => {});
  }
}
