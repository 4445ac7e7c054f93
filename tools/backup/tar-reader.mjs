/** Reads the tar archives that PostgreSQL makes of a cluster: files, folders and symbolic links, in ustar format. */

const BLOCK = 512;

/**
 * @typedef {object} TarEntry
 * @property {'file' | 'folder' | 'link'} kind
 * @property {string} name relative, without `..`
 * @property {number} size bytes of a file
 * @property {number} start where they begin in the archive
 */

/** @param {Buffer} field */
function text(field) {
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? field.length : end).toString('utf8');
}

/**
 * Octal digits, or (for what does not fit) a big-endian number whose first bit is set.
 * @param {Buffer} field
 */
function number(field) {
  const first = field[0] ?? 0;
  if (first < 0x80) return Number.parseInt(text(field).trim() || '0', 8);
  return [...field.subarray(1)].reduce((sum, byte) => sum * 256 + byte, first & 0x7f);
}

/** @param {Buffer} header */
function checksum(header) {
  const blank = Buffer.from(header).fill(' ', 148, 156);
  return blank.reduce((sum, byte) => sum + byte, 0);
}

/** @type {Record<string, TarEntry['kind']>} */
const KINDS = { 0: 'file', '\0': 'file', 2: 'link', 5: 'folder' };

/**
 * @param {Buffer} header
 * @param {number} start
 * @returns {TarEntry}
 */
function entryOf(header, start) {
  if (number(header.subarray(148, 156)) !== checksum(header)) throw new Error('the archive is damaged');
  const prefix = text(header.subarray(345, 500));
  const own = text(header.subarray(0, 100));
  const name = (prefix === '' ? own : `${prefix}/${own}`).replace(/^(\.\/)+|\/+$/g, '');
  const kind = KINDS[String.fromCharCode(header[156] ?? 0)];
  if (kind === undefined) throw new Error(`the archive holds something that is no file: ${name}`);
  if (name.startsWith('/') || name.split('/').includes('..'))
    throw new Error(`the archive leads out of itself: ${name}`);
  const size = kind === 'file' ? number(header.subarray(124, 136)) : 0;
  if (!Number.isSafeInteger(size)) throw new Error('the archive is damaged');
  return { kind, name, size, start };
}

/**
 * The entries of an archive, in order.
 * @param {Pick<import('node:fs/promises').FileHandle, 'read'>} archive
 * @returns {AsyncGenerator<TarEntry, void, undefined>}
 * @throws {Error} when it is damaged, cut off, or has entries of another kind
 */
export async function* tarEntries(archive) {
  for (let at = 0; ;) {
    const { bytesRead, buffer } = await archive.read(Buffer.alloc(BLOCK), 0, BLOCK, at);
    if (bytesRead < BLOCK) throw new Error('the archive is cut off');
    if (buffer.every((byte) => byte === 0)) return;
    const entry = entryOf(buffer, at + BLOCK);
    yield entry;
    at = entry.start + Math.ceil(entry.size / BLOCK) * BLOCK;
  }
}
