/**
 * Words that stand for what only a running server knows, such as the id of an upload. Each is as long as what it stands for,
 * so a request can be made, changed and kept without a server, and be sent to any.
 */
const LENGTHS = {
  space: 22,
  folder: 22,
  locked: 22,
  file: 22,
  trashed: 22,
  chunked: 22,
  open: 22,
  whole: 22,
  ended: 22,
  sent: 22,
  share: 22,
  operation: 22,
  account: 22,
  other: 22,
  sitting: 22,
  token: 22,
  shareslug: 43,
  lockedslug: 43,
  requestslug: 43,
  session: 43,
  device: 43,
  setup: 43,
  bearer: 47,
  grant: 47,
  port: 5,
  serial: 8,
} as const;

/** What a word can stand for. */
export type MarkName = keyof typeof LENGTHS;
/** What the words stand for. */
export type Marks = Readonly<Record<MarkName, string>>;

export const MARK_NAMES = Object.keys(LENGTHS) as readonly MarkName[];

/** The word for something. It is good in an address, a header and a text of JSON. */
export function mark(name: MarkName): string {
  const length = LENGTHS[name];
  return `~${name.slice(0, length - 2)}`.padEnd(length, '~');
}

const WORDS = MARK_NAMES.map((name) => [name, Buffer.from(mark(name))] as const);

/**
 * The bytes with every word replaced.
 * @throws Error when something is not as long as its word
 */
export function filled(bytes: Buffer, marks: Marks): Buffer {
  if (!bytes.includes('~')) return bytes;
  const copy = Buffer.from(bytes);
  for (const [name, word] of WORDS) {
    const value = marks[name];
    if (value.length !== word.length) throw new Error(`${name} has ${value.length} characters, not ${word.length}.`);
    for (let at = copy.indexOf(word); at >= 0; at = copy.indexOf(word, at + word.length))
      copy.write(value, at, 'latin1');
  }
  return copy;
}
