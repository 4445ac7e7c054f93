/**
 * Reads what the device mapper's target `log-writes` has noted: every write to a disk, in an order in which a disk with a
 * volatile cache could be relied upon. A write appears when a later flush has covered it, or at once when it was made
 * durable by itself; so whatever lies before an entry was on the medium when that entry was.
 *
 * The format is in the kernel's drivers/md/dm-log-writes.c: numbers are little-endian, 64 bits but for the size of a
 * sector; the first sector holds magic, version, number of entries and size of a sector; each entry is a sector with
 * its head (place, length, flags, length of a mark's name, the name) and then its data.
 */
import fs from 'node:fs';

const MAGIC = 0x6a736677736872n;
const FLUSH = 1n;
const FUA = 2n;
const DISCARD = 4n;
const MARK = 8n;
const HEAD = 32;

/**
 * @typedef {object} Entry
 * @property {number} at where on the disk, in bytes
 * @property {number} length bytes
 * @property {number} data where in the log its bytes begin
 * @property {boolean} isDurable a flush, or a write that did not end before it was on the medium
 * @property {boolean} isDiscard nothing was written: the disk may forget what was there
 * @property {string | null} mark its name, of a mark
 */

/** @param {number} file @param {number} length @param {number} position */
function readAt(file, length, position) {
  const buffer = Buffer.alloc(length);
  const read = fs.readSync(file, buffer, 0, length, position);
  if (read < length) throw new Error(`the log of writes ends at ${position + read}`);
  return buffer;
}

/**
 * @param {Buffer} head
 * @param {number} position of the entry in the log
 * @param {number} sector bytes
 * @returns {Entry}
 */
function parseEntry(head, position, sector) {
  const flags = head.readBigUInt64LE(16);
  if (flags >= 32n) throw new Error(`the log of writes has an entry with the flags ${flags} at ${position}`);
  const name = Number(head.readBigUInt64LE(24));
  return {
    at: Number(head.readBigUInt64LE(0)) * sector,
    length: Number(head.readBigUInt64LE(8)) * sector,
    data: position + sector,
    isDurable: (flags & (FLUSH | FUA)) !== 0n,
    isDiscard: (flags & DISCARD) !== 0n,
    mark: (flags & MARK) === 0n ? null : head.toString('utf8', HEAD, HEAD + name),
  };
}

/**
 * @param {number} file an open log
 * @returns {Entry[]} everything that the log holds for certain
 * @throws {Error} when it is none, or broken
 */
export function readWriteLog(file) {
  const first = readAt(file, 512, 0);
  if (first.readBigUInt64LE(0) !== MAGIC || first.readBigUInt64LE(8) !== 1n)
    throw new Error('this is no log of writes');
  const count = Number(first.readBigUInt64LE(16));
  const sector = first.readUInt32LE(24);
  /** @type {Entry[]} */
  const entries = [];
  for (let position = sector; entries.length < count;) {
    const entry = parseEntry(readAt(file, sector, position), position, sector);
    entries.push(entry);
    position = entry.data + (entry.isDiscard || entry.mark !== null ? 0 : entry.length);
  }
  return entries;
}

/**
 * Does to an image what an entry did to the disk.
 * @param {number} log
 * @param {number} image
 * @param {Entry} entry
 * @param {(piece: number) => boolean} [keeps] asked for every piece of 4 KiB, the least that a disk writes whole
 */
export function apply(log, image, { at, length, data, isDiscard, mark }, keeps = () => true) {
  // What was discarded may read as it was before, and nobody may rely on anything.
  if (mark !== null || isDiscard || length === 0) return;
  const bytes = readAt(log, length, data);
  for (let start = 0; start < length; start += PIECE) {
    if (keeps(start / PIECE)) fs.writeSync(image, bytes, start, Math.min(PIECE, length - start), at + start);
  }
}

const PIECE = 4096;
