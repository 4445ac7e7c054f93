import type { Draws } from './draws.js';

/** A change of bytes that knows nothing of what they mean. */
export type ByteChange = (bytes: Buffer, draws: Draws, other: () => Buffer) => Buffer;

const flipped: ByteChange = (bytes, draws) => {
  const copy = Buffer.from(bytes);
  for (let left = 1 + draws.below(8); left > 0 && copy.length > 0; left--) {
    const at = draws.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << draws.below(8));
  }
  return copy;
};

const truncated: ByteChange = (bytes, draws) => bytes.subarray(0, draws.below(bytes.length));

const doubled: ByteChange = (bytes, draws) => {
  const [from, to] = draws.run(bytes.length);
  return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
};

const cut: ByteChange = (bytes, draws) => {
  const [from, to] = draws.run(bytes.length);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
};

const overwritten: ByteChange = (bytes, draws) => {
  const copy = Buffer.from(bytes);
  const [from, to] = draws.run(bytes.length);
  const filling = draws.percent(50) ? draws.bytes(to - from) : Buffer.alloc(to - from, draws.below(256));
  filling.copy(copy, from);
  return copy;
};

const inserted: ByteChange = (bytes, draws) => {
  const at = draws.below(bytes.length + 1);
  return Buffer.concat([
    bytes.subarray(0, at),
    draws.bytes(1 + draws.below(draws.percent(90) ? 20 : 20_000)),
    bytes.subarray(at),
  ]);
};

/** The beginning of one and the end of another. */
const spliced: ByteChange = (bytes, draws, other) => {
  const second = other();
  return Buffer.concat([
    bytes.subarray(0, draws.below(bytes.length + 1)),
    second.subarray(draws.below(second.length + 1)),
  ]);
};

export const BYTE_CHANGES: readonly (readonly [name: string, change: ByteChange])[] = [
  ['flipped bits', flipped],
  ['flipped bits', flipped],
  ['truncated', truncated],
  ['bytes doubled', doubled],
  ['bytes cut', cut],
  ['bytes overwritten', overwritten],
  ['bytes inserted', inserted],
  ['spliced', spliced],
];
