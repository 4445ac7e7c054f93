import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { expectNoTrace, expectRefusal } from './support/bad-input.js';
import { DropzoneUpload } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';

const product = new Product();
const random = new Random('bad fields');
let pid = 0;
beforeAll(async () => {
  await product.start();
  pid = product.process.pid;
});
afterAll(() => product.dispose());
afterEach(() => expectNoTrace(product, pid));

/** Three chunks, of which the second is sent, with other fields than the right ones. */
function sendSecond(fields: Readonly<Record<string, string | undefined>>) {
  const upload = new DropzoneUpload(product, { name: 'a.bin', content: random.bytes(2_500), chunkSize: 1_000 });
  return upload.send(1, { fields });
}

const NUMBER_FIELDS = [
  'dzchunkindex',
  'dztotalfilesize',
  'dzchunksize',
  'dztotalchunkcount',
  'dzchunkbyteoffset',
] as const;

describe('fields that do not fit each other', () => {
  it.each([
    ['an offset that is not index × chunk size', { dzchunkbyteoffset: '1001' }, 400, 'offset-mismatch'],
    ['an offset behind the end', { dzchunkbyteoffset: '99000' }, 400, 'offset-mismatch'],
    ['the offset of another chunk', { dzchunkbyteoffset: '0' }, 400, 'offset-mismatch'],
    ['an index behind the last', { dzchunkindex: '3', dzchunkbyteoffset: '3000' }, 400, 'invalid-field'],
    ['another index than the offset says', { dzchunkindex: '2' }, 400, undefined],
    ['too few chunks', { dztotalchunkcount: '2' }, 400, 'chunk-count-mismatch'],
    ['too many chunks', { dztotalchunkcount: '4' }, 400, 'chunk-count-mismatch'],
    ['no chunks', { dztotalchunkcount: '0' }, 400, undefined],
    ['a total that the count does not fit', { dztotalfilesize: '3001' }, 400, 'chunk-count-mismatch'],
    ['a total that ends before this chunk', { dztotalfilesize: '500' }, 400, undefined],
    ['a chunk size that the offset does not fit', { dzchunksize: '900' }, 400, undefined],
    ['chunks of no bytes', { dzchunksize: '0', dzchunkbyteoffset: '0' }, 400, undefined],
    ['an expected digest that is none', { sha256: 'abc' }, 400, 'invalid-field'],
    ['an expected digest with a letter too many', { sha256: 'a'.repeat(65) }, 400, 'invalid-field'],
  ])('%s', async (_, fields, status, code) => {
    expectRefusal(await sendSecond(fields), status, code);
  });
});

describe('fields that are missing', () => {
  it.each(['dzuuid', ...NUMBER_FIELDS])('%s', async (field) => {
    const answer = await sendSecond({ [field]: undefined });

    expectRefusal(answer, 400, 'missing-field');
    expect(answer.problem.error).toContain(field);
  });

  it('all but the key', async () => {
    expectRefusal(await sendSecond(Object.fromEntries(NUMBER_FIELDS.map((field) => [field, undefined]))), 400);
  });
});

describe('numbers that are none', () => {
  const texts = [
    ...['-1', '+1', '01', ' 1', '1 ', '1.0', '1.5', '1e3', '0x1', '0b1', '1n', '10abc', 'one', 'NaN', '∞', 'Infinity'],
    ...['', ' ', 'null', '[object Object]', '١', '1\u0000', '1,000', '9007199254740993', '9'.repeat(99), '-0'],
  ];

  it.each(NUMBER_FIELDS)('in %s', async (field) => {
    for (const text of texts) expectRefusal(await sendSecond({ [field]: text }), 400, 'invalid-field');
  });
});

describe('numbers beyond the limits', () => {
  const TIB = 1024 ** 4;
  it.each([
    [
      'a file over 16 TiB',
      { dztotalfilesize: String(16 * TIB + 1), dzchunksize: String(1024 ** 3), dztotalchunkcount: '16385' },
      'file-too-large',
    ],
    ['the largest number there is', { dztotalfilesize: String(Number.MAX_SAFE_INTEGER) }, 'file-too-large'],
    ['a chunk over 1 GiB', { dzchunksize: String(1024 ** 3 + 1), dztotalchunkcount: '1' }, 'chunk-too-large'],
    [
      'more than a million chunks',
      { dztotalfilesize: '1000001', dzchunksize: '1', dztotalchunkcount: '1000001' },
      'too-many-chunks',
    ],
  ])('%s', async (_, fields, code) => {
    expectRefusal(await sendSecond({ dzchunkindex: '0', dzchunkbyteoffset: '0', ...fields }), 413, code);
  });
});

describe('keys that cannot be one', () => {
  it.each([
    ['nothing', ''],
    ['too long', 'a'.repeat(129)],
    ['with a space', 'a b'],
    ['with a control character', 'a\u0007b'],
    ['with NUL', 'a\u0000b'],
    ['with a letter beyond ASCII', 'ключ'],
    ['a path upwards', '../../etc/passwd'],
    ['a path upwards, escaped', '..%2f..%2fetc%2fpasswd'],
    ['a path upwards, escaped twice', '..%252f..%252fetc'],
    ['a path of Windows', '..\\..\\windows'],
    ['a path from the root', '/etc/passwd'],
    ['the folder above', '..'],
  ])('%s', async (_, dzuuid) => {
    expectRefusal(await sendSecond({ dzuuid }), 400, 'invalid-field');
  });
});

describe('names and folders that cannot be stored', () => {
  it.each([
    ['a path upwards', '../../x'],
    ['a path from the root', '/etc/passwd'],
    ['a path of Windows', '..\\..\\x'],
    ['a share of Windows', '\\\\host\\share'],
    ['NUL', 'a\u0000.txt'],
    ['a line break', 'a\r\n{"level":"fatal"}'],
    ['a C1 control', 'a\u0085b'],
    ['only a dot', '.'],
    ['two dots', '..'],
    ['256 bytes', 'a'.repeat(256)],
    ['256 bytes of Cyrillic', 'я'.repeat(128)],
  ])('the name: %s', async (_, name) => {
    const upload = new DropzoneUpload(product, { name, content: random.bytes(10), chunkSize: 10 });
    // NUL cannot be in the header of a part at all.
    expectRefusal(await upload.send(0), [400, 422]);
    expectRefusal(await sendSecond({ name }), 422, 'invalid-name');
  });

  it.each([
    ['upwards', '../x'],
    ['upwards in the middle', 'a/../../b'],
    ['from the root', '/a'],
    ['an empty segment', 'a//b'],
    ['a dot', 'a/./b'],
    ['a path of Windows', 'a\\b'],
    ['NUL', 'a\u0000'],
    ['33 levels', Array.from({ length: 33 }, () => 'd').join('/')],
    ['a segment of 256 bytes', 'd'.repeat(256)],
    ['over 4,096 bytes', Array.from({ length: 17 }, () => 'd'.repeat(250)).join('/')],
  ])('the folder: %s', async (_, path) => {
    expectRefusal(await sendSecond({ path }), 422, 'invalid-path');
  });
});
