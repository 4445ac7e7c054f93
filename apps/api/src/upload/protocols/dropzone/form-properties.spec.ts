import { Busboy } from '@fastify/busboy';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BOUNDARY,
  browserEscaped,
  cutAt,
  errorCode,
  FakeRequest,
  formBody,
  readWhole,
  type ReadForm,
  type SentPart,
} from '../../../../test/multipart-forms.js';
import type { FormLimits } from './form-limits.js';

/** Text that is made of pieces of delimiters and of random bytes. */
const nearDelimiters = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '\r\n-',
        '\r\n--',
        `\r\n--${BOUNDARY.slice(0, -1)}`,
        `--${BOUNDARY}`,
        '\r\n\r\n',
      ),
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ maxLength: 10 }),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))))
  // At the beginning of the content, the CRLF may be the line end of the headers.
  .filter((content) => !Buffer.concat([Buffer.from('\r\n'), content]).includes(`\r\n--${BOUNDARY}`));

/** Names without what the oracle reads otherwise: backslashes and slashes, controls, and percent signs. */
const name = fc
  .string({
    unit: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...'ab";= ') }, fc.constantFrom(...'é名😀\r\n')),
    maxLength: 12,
  })
  .filter((text) => Buffer.byteLength(browserEscaped(text)) <= 100);
const fieldNames = fc.uniqueArray(name, { maxLength: 10 });
const value = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 50 }),
  fc.constantFrom('', '\r\n', '\r\n--', '--', '\ufeffx'),
);

const fields: fc.Arbitrary<SentPart[]> = fieldNames.chain((names) =>
  fc.tuple(...names.map((fieldName) => value.map((content) => ({ name: fieldName, content })))),
);
const file: fc.Arbitrary<SentPart> = fc.record({
  name,
  fileName: name.filter((text) => text !== ''),
  mediaType: fc.constantFrom('application/octet-stream', 'text/plain', 'image/png'),
  content: nearDelimiters,
});
const form: fc.Arbitrary<SentPart[]> = fc
  .tuple(fields, fc.option(file))
  .map(([sent, last]) => (last === null ? sent : [...sent, last]));
const cuts = fc.oneof(fc.array(fc.nat(), { maxLength: 20 }), fc.constant(Array.from({ length: 5000 }, (_, i) => i)));

type Outcome = ReadForm | { readonly code: string };

function outcome(chunks: readonly Buffer[], limits: Partial<FormLimits> = { batchBytes: 64 }): Promise<Outcome> {
  return readWhole(new FakeRequest(chunks), limits).catch((error: unknown) => ({
    code: errorCode(error),
  }));
}

function busboy(body: Buffer): Promise<ReadForm> {
  return new Promise((resolve, reject) => {
    const parser = new Busboy({
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
      preservePath: true,
    });
    const read: [string, string][] = [];
    let seen: ReadForm['file'] = null;
    const pieces: Buffer[] = [];
    const unescaped = (text: string): string =>
      text.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
    parser.on('field', (key, content) => read.push([unescaped(key), content]));
    parser.on('file', (key, stream, fileName, _, mediaType) => {
      seen = { fieldName: unescaped(key), fileName: unescaped(fileName), mediaType, maxLength: null };
      stream.on('data', (piece: Buffer) => pieces.push(piece));
    });
    parser.on('error', reject);
    parser.on('finish', () =>
      resolve({ fields: Object.fromEntries(read), file: seen, content: seen === null ? null : Buffer.concat(pieces) }),
    );
    parser.end(body);
  });
}

/** A small generator of its own, because 20,000 mutations out of fast-check's would take minutes. */
function mulberry32(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const SNIPPETS = [
  '\r\n',
  '\r',
  '\n',
  '\0',
  ':',
  ';',
  '"',
  '\\"',
  '=',
  '--',
  `\r\n--${BOUNDARY}`,
  `\r\n--${BOUNDARY}--`,
  '\xff',
];

const MATERIAL: readonly SentPart[] = [
  ...['dzuuid', 'dzchunkindex', 'path', 'other', 'more'].map((key) => ({ name: key, content: `of ${key}` })),
  { name: 'long', content: 'x'.repeat(60) },
  { name: 'file', fileName: '名 "x"', mediaType: 'text/plain', content: 'some bytes\r\n-- and more' },
  { name: 'file', fileName: '', content: '' },
];

/** A form of random parts, in which a few times something was deleted, repeated, overwritten or inserted. */
function damagedForm(random: (below: number) => number): Buffer {
  const parts = Array.from(
    { length: 1 + random(9) },
    () => MATERIAL[random(MATERIAL.length)] ?? { name: '', content: '' },
  );
  let result = formBody(parts);
  for (let times = random(4); times > 0; times -= 1) {
    const at = random(result.length + 1);
    const end = Math.min(result.length, at + random(1 + random(60)));
    const snippet = Buffer.from(SNIPPETS[random(SNIPPETS.length)] ?? '', 'latin1');
    const middle = [snippet, Buffer.alloc(0), Buffer.from([random(256)]), result.subarray(Math.max(0, at - 50), end)];
    result = Buffer.concat([result.subarray(0, at), middle[random(4)] ?? snippet, result.subarray(end)]);
  }
  return result;
}

/** So that random forms go over them now and then. */
const TIGHT: Partial<FormLimits> = { maxFields: 6, maxFieldValueBytes: 50, maxHeaderBytes: 150, batchBytes: 10 };

const CODES = new Set([
  'malformed-multipart',
  'multipart-limit',
  'invalid-field',
  'several-files',
  'field-after-file',
  'invalid-name',
  'unsupported-media-type',
]);

/** These take seconds; on a busy machine more. */
const SLOW_MACHINE_MS = 60_000;

describe('any form', () => {
  it(
    'gives the same however its bytes are cut into buffers',
    async () => {
      await fc.assert(
        fc.asyncProperty(form, cuts, async (parts, places) => {
          const body = formBody(parts);
          const whole = await outcome([body]);
          expect(whole).toHaveProperty('fields');
          expect(await outcome(cutAt(body, places))).toEqual(whole);
        }),
        { numRuns: 500 },
      );
    },
    SLOW_MACHINE_MS,
  );

  it(
    'gives back what was sent',
    async () => {
      await fc.assert(
        fc.asyncProperty(fields, file, async (sent, last) => {
          expect(await outcome([formBody([...sent, last])])).toEqual({
            fields: Object.fromEntries(sent.map((part) => [part.name, part.content])),
            file: { fieldName: last.name, fileName: last.fileName, mediaType: last.mediaType, maxLength: null },
            content: last.content,
          });
        }),
        { numRuns: 500 },
      );
    },
    SLOW_MACHINE_MS,
  );

  it(
    'gives what @fastify/busboy makes of it',
    async () => {
      await fc.assert(
        fc.asyncProperty(form, async (parts) => {
          const body = formBody(parts);
          expect(await outcome([body])).toEqual(await busboy(body));
        }),
        { numRuns: 500 },
      );
    },
    SLOW_MACHINE_MS,
  );

  it(
    'however it is damaged, gives a form or a form error, the same for any cuts',
    async () => {
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const random = mulberry32(seed);
          for (let run = 0; run < 100; run += 1) {
            const damaged = damagedForm(random);
            const whole = await outcome([damaged], TIGHT);
            seen.add('code' in whole ? whole.code : 'form');
            if (run % 4 === 0) {
              const places = Array.from({ length: random(30) }, () => random(damaged.length + 1));
              expect(await outcome(cutAt(damaged, places), TIGHT)).toEqual(whole);
            }
          }
        }),
        { numRuns: 200 },
      );
      for (const code of seen) expect(code === 'form' || CODES.has(code)).toBe(true);
      // Else the mutations would not reach far.
      expect(seen.size).toBeGreaterThan(4);
    },
    SLOW_MACHINE_MS,
  );
});
