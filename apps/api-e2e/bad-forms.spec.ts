import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { expectNoTrace, expectRefusal } from './support/bad-input.js';
import { DropzoneUpload, DROPZONE_HEADERS, postForm } from './support/dropzone.js';
import { encodeForm, type Part } from './support/form.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';

const product = new Product();
const random = new Random('bad forms');
let pid = 0;
beforeAll(async () => {
  await product.start();
  pid = product.process.pid;
});
afterAll(() => product.dispose());
afterEach(() => expectNoTrace(product, pid));

const FILE: Part = { name: 'file', fileName: 'a.bin', value: random.bytes(1_000) };
const BOUNDARY = 'the-boundary';

function newUpload(): DropzoneUpload {
  return new DropzoneUpload(product, { name: 'a.bin', content: random.bytes(2_500), chunkSize: 1_000 });
}

function numbered(count: number): Part[] {
  return Array.from({ length: count }, (_, index) => ({ name: `field${index}`, value: 'x' }));
}

describe('parts that are too few or too many', () => {
  const withoutFile = () => newUpload().parts(0).slice(0, -1);

  it.each([
    ['no part at all', () => [], [400], undefined],
    ['no file', withoutFile, [400], 'no-file'],
    ['a field where the file should be', () => [...withoutFile(), { name: 'file', value: 'x' }], [400], 'no-file'],
    [
      'a file input that was left empty',
      () => [...withoutFile(), { ...FILE, fileName: '', value: '' }],
      [400],
      undefined,
    ],
    ['two files', () => [...newUpload().parts(0), FILE], [400], 'several-files'],
    ['two files without dz fields', () => [FILE, { ...FILE, name: 'file[1]' }], [400], 'several-files'],
    ['seventeen fields', () => [...numbered(17), FILE], [400], 'multipart-limit'],
    ['seventeen fields after the file', () => [FILE, ...numbered(17)], [400], 'multipart-limit'],
    ['ten thousand fields', () => [...numbered(10_000), FILE], [400], 'multipart-limit'],
    ['a dz field twice', () => [{ name: 'dzuuid', value: 'x' }, ...newUpload().parts(0)], [400], undefined],
    ['a dz field after the file', () => [FILE, { name: 'dzuuid', value: 'x' }], [400], 'field-after-file'],
  ] as const)('%s', async (_, parts, status, code) => {
    expectRefusal(await postForm(product, encodeForm(parts())), status, code);
  });
});

describe('parts that are too large', () => {
  it.each([
    ['the header of a part', { ...FILE, type: `a/${'b'.repeat(9_000)}` }],
    ['a header of a part without end', { ...FILE, type: `a/${'b'.repeat(2_000_000)}` }],
    ['thirty headers in a part', { ...FILE, type: `a/b${'\r\nX-More: 1'.repeat(30)}` }],
    ['the name of a field', { name: 'n'.repeat(101), value: 'x' }],
    ['the value of a field', { name: 'note', value: 'v'.repeat(4_097) }],
    ['the value of a field by far', { name: 'note', value: 'v'.repeat(3_000_000) }],
  ] satisfies [string, Part][])('%s', async (_, part) => {
    expectRefusal(await postForm(product, encodeForm([part, FILE])), 400, 'multipart-limit');
  });
});

describe('bodies that are no form', () => {
  const whole = encodeForm(newUpload().parts(0), BOUNDARY).body;
  const text = (body: string) => Buffer.from(body, 'latin1');
  const head = 'Content-Disposition: form-data; name="file"; filename="a"\r\n';

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['garbage', random.bytes(100_000)],
    ['line ends only', text('\r\n'.repeat(10_000))],
    ['dashes only', text('-'.repeat(100_000))],
    ['another boundary', encodeForm([FILE], 'another').body],
    ['a boundary that begins alike', encodeForm([FILE], `${BOUNDARY}x`).body],
    ['the end at once', text(`--${BOUNDARY}--\r\n`)],
    ['an end within the header of a part', whole.subarray(0, 60)],
    ['an end within the file', whole.subarray(0, -200)],
    ['an end before the last boundary is closed', whole.subarray(0, -4)],
    ['garbage after a boundary', text(`--${BOUNDARY}garbage\r\n${head}\r\nx\r\n--${BOUNDARY}--\r\n`)],
    ['bare line feeds', text(whole.toString('latin1').replaceAll('\r\n', '\n'))],
    ['no Content-Disposition', text(`--${BOUNDARY}\r\nContent-Type: a/b\r\n\r\nx\r\n--${BOUNDARY}--\r\n`)],
    [
      'a part without name',
      text(`--${BOUNDARY}\r\nContent-Disposition: form-data; filename="a"\r\n\r\nx\r\n--${BOUNDARY}--\r\n`),
    ],
    ['a header without colon', text(`--${BOUNDARY}\r\n${head}garbage\r\n\r\nx\r\n--${BOUNDARY}--\r\n`)],
    ['a bare CR in a name', text(`--${BOUNDARY}\r\n${head.replace('"a"', '"a\rb"')}\r\nx\r\n--${BOUNDARY}--\r\n`)],
    [
      'a name that is not UTF-8',
      text(`--${BOUNDARY}\r\n${head.replace('"a"', '"\xff\xfe"')}\r\nx\r\n--${BOUNDARY}--\r\n`),
    ],
    [
      'a name in overlong UTF-8',
      text(`--${BOUNDARY}\r\n${head.replace('"a"', '"..\xc0\xaf.."')}\r\nx\r\n--${BOUNDARY}--\r\n`),
    ],
    [
      'an encoded file',
      text(`--${BOUNDARY}\r\n${head}Content-Transfer-Encoding: base64\r\n\r\neA==\r\n--${BOUNDARY}--\r\n`),
    ],
    ['much before the first boundary', Buffer.concat([random.bytes(2_000_000), whole])],
    ['much after the last boundary', Buffer.concat([whole, random.bytes(2_000_000)])],
  ])('%s', async (_, body) => {
    const answer = await postForm(product, { contentType: `multipart/form-data; boundary=${BOUNDARY}`, body });

    expectRefusal(answer, [400, 415, 422]);
  });
});

describe('content types that are no form', () => {
  const { body } = encodeForm([FILE], BOUNDARY);

  it.each([
    ['none', {}, [400, 415]],
    ['a form without boundary', { 'Content-Type': 'multipart/form-data' }, [400]],
    ['an empty boundary', { 'Content-Type': 'multipart/form-data; boundary=' }, [400]],
    ['a boundary of 71 characters', { 'Content-Type': `multipart/form-data; boundary=${'b'.repeat(71)}` }, [400]],
    ['an unfinished quote', { 'Content-Type': 'multipart/form-data; boundary="b' }, [400]],
    ['a boundary with bytes beyond ASCII', { 'Content-Type': 'multipart/form-data; boundary=\xe9' }, [400]],
    ['another kind of multipart', { 'Content-Type': `multipart/mixed; boundary=${BOUNDARY}` }, [415]],
    ['JSON', { 'Content-Type': 'application/json' }, [415]],
    ['bytes', { 'Content-Type': 'application/octet-stream' }, [415]],
    ['URL-encoded fields', { 'Content-Type': 'application/x-www-form-urlencoded' }, [415]],
    [
      'a compressed body',
      { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`, 'Content-Encoding': 'gzip' },
      [415],
    ],
  ])('%s', async (_, headers, status) => {
    const answer = await product.send('/upload', {
      method: 'POST',
      headers: { ...DROPZONE_HEADERS, ...headers },
      body,
    });

    expectRefusal(answer, status);
  });
});

describe('a key that was begun otherwise', () => {
  it('is refused, and what was begun goes on', async () => {
    const upload = newUpload();
    await upload.send(0);
    const other = (fields: Readonly<Record<string, string>>) => upload.send(1, { fields });

    expectRefusal(await other({ dztotalfilesize: '2501' }), 400, 'upload-mismatch');
    expectRefusal(await other({ name: 'b.bin' }), 400, 'upload-mismatch');
    expectRefusal(await other({ path: 'elsewhere' }), 400, 'upload-mismatch');
    const otherSize = { dzchunksize: '1100', dzchunkbyteoffset: '1100' };
    expectRefusal(await upload.send(1, { fields: otherSize, bytes: random.bytes(1_100) }), 400, 'upload-mismatch');
    const [begun] = await product.unfinished();
    expect(begun).toMatchObject({ name: 'a.bin', path: '', length: 2_500, received: 1_000 });
    await product.send(`/api/uploads/${begun?.id ?? ''}`, { method: 'DELETE' });
  });
});
