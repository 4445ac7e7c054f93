import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '@stowage/contract';
import {
  BOUNDARY,
  codeOf,
  contentOf,
  FakeRequest,
  formBody,
  inPieces,
  readWhole,
  type SentPart,
} from '../../../../test/multipart-forms.js';
import { readForm } from './form-reader.js';

const FILE: SentPart = { name: 'file', fileName: 'a.txt', content: 'content' };
const field = (name: string, content: string | Buffer = 'x'): SentPart => ({ name, content });
const fields = (count: number): SentPart[] => Array.from({ length: count }, (_, i) => field(`f${i}`));
const part = (headers: string, content = 'x'): string => `--${BOUNDARY}\r\n${headers}\r\n\r\n${content}\r\n`;
const UNTOUCHED: SentPart = { name: 'other', fileName: '', mediaType: 'application/octet-stream', content: '' };
const END = `--${BOUNDARY}--\r\n`;

function request(parts: readonly SentPart[]): FakeRequest {
  return new FakeRequest([formBody(parts)]);
}

function raw(body: string): FakeRequest {
  return new FakeRequest([Buffer.from(body, 'latin1')]);
}

describe('reading a form', () => {
  it('gives fields and file', async () => {
    const read = await readWhole(
      request([field('dzuuid', 'ü'), field('empty', ''), { ...FILE, mediaType: 'Text/Plain' }]),
    );
    expect(read).toEqual({
      fields: { dzuuid: 'ü', empty: '' },
      file: { fieldName: 'file', fileName: 'a.txt', mediaType: 'text/plain', maxLength: null },
      content: Buffer.from('content'),
    });
  });

  it('resolves when the file begins, before its content has come', async () => {
    const body = formBody([field('dzuuid'), FILE]);
    const source = new FakeRequest([body.subarray(0, body.indexOf('content'))], {}, 'silence');
    const form = await readForm(source);
    expect(form.file?.fileName).toBe('a.txt');
    source.destroy();
  });

  it('gives no file for a form without one, or with untouched file inputs only', async () => {
    expect(await readWhole(request([field('a')]))).toEqual({ fields: { a: 'x' }, file: null, content: null });
    expect(await readWhole(request([UNTOUCHED, field('a'), UNTOUCHED]))).toMatchObject({
      fields: { a: 'x' },
      file: null,
    });
    expect(await readWhole(raw(END))).toEqual({ fields: {}, file: null, content: null });
  });

  it('passes over untouched file inputs on either side of the file', async () => {
    expect(await readWhole(request([UNTOUCHED, FILE, UNTOUCHED]))).toMatchObject({ file: { fileName: 'a.txt' } });
  });

  it('takes a file without a name when it has content', async () => {
    const read = await readWhole(request([field('name', 'n'), { ...UNTOUCHED, content: 'bytes' }]));
    expect(read).toMatchObject({ fields: { name: 'n' }, file: { fieldName: 'other', fileName: '' } });
    expect(read.content?.toString()).toBe('bytes');
  });

  it('takes an empty file', async () => {
    expect(await readWhole(request([{ ...FILE, content: '' }]))).toMatchObject({ content: Buffer.alloc(0) });
  });

  it('tells the greatest length that the content can have', async () => {
    const body = formBody([field('dzuuid'), FILE]);
    const read = async (length: string): Promise<number | null | undefined> =>
      (await readWhole(new FakeRequest(inPieces(body, 10), { 'content-length': length }))).file?.maxLength;
    // The line end after the closing boundary could be content as well, as far as the length tells.
    expect(await read(String(body.length))).toBe('content'.length + 2);
    expect(await read(String(body.length - 2))).toBe('content'.length);
    expect(await read('10')).toBe(0);
    expect(await read('nonsense')).toBeNull();
  });

  it('keeps names apart from objects’ own', async () => {
    const read = await readForm(
      request([field('__proto__', 'p'), field('constructor', 'c'), field('items[4294967294]')]),
    );
    expect([...read.fields]).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['items[4294967294]', 'x'],
    ]);
  });

  it('keeps the first of several unknown fields with one name', async () => {
    expect(await readWhole(request([field('a', '1'), field('a', '2'), FILE]))).toMatchObject({ fields: { a: '1' } });
  });

  it('ignores unknown fields after the file, whatever their bytes', async () => {
    const late = field('late', Buffer.from([0xff]));
    expect(await readWhole(request([FILE, late, field('later')]))).toMatchObject({
      fields: {},
      file: { fileName: 'a.txt' },
    });
  });
});

describe('a form is refused', () => {
  const known = ['dzuuid', 'dzchunkindex', 'dztotalfilesize', 'dzchunksize', 'dztotalchunkcount', 'dzchunkbyteoffset'];

  it.each([...known, 'path', 'sha256', 'name'])('with %s twice, or after the file', async (name) => {
    expect(await codeOf(request([field(name, '1'), field(name, '1'), FILE]))).toBe('invalid-field');
    expect(await codeOf(request([FILE, field(name)]))).toBe('field-after-file');
  });

  it.each<[string, SentPart[], string | null]>([
    ['two files', [FILE, FILE], 'several-files'],
    ['a second file without a name', [FILE, { ...UNTOUCHED, content: 'x' }], 'several-files'],
    ['16 fields', [...fields(16), FILE], null],
    ['17 fields', [...fields(17), FILE], 'multipart-limit'],
    ['17 fields around the file', [...fields(9), FILE, ...fields(8)], 'multipart-limit'],
    ['20 parts', [...fields(16), FILE, UNTOUCHED, UNTOUCHED, UNTOUCHED], null],
    ['21 parts', [...fields(16), FILE, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED], 'multipart-limit'],
    ['a value of 4,096 bytes', [field('a', 'x'.repeat(4096)), FILE], null],
    ['a value of 4,097 bytes', [field('a', 'x'.repeat(4097)), FILE], 'multipart-limit'],
    ['a late value of 4,097 bytes', [FILE, field('a', 'x'.repeat(4097))], 'multipart-limit'],
    ['a path of 8,192 bytes', [field('path', 'é'.repeat(4096)), FILE], null],
    ['a path of 8,193 bytes', [field('path', 'x'.repeat(8193)), FILE], 'multipart-limit'],
    ['a name of 101 bytes', [field('n'.repeat(101)), FILE], 'multipart-limit'],
    ['a file whose field has a name of 101 bytes', [{ ...FILE, name: 'n'.repeat(101) }], 'multipart-limit'],
    ['a value that is not UTF-8', [field('a', Buffer.from([0xff])), FILE], 'malformed-multipart'],
    ['a surrogate as a value', [field('a', Buffer.from([0xed, 0xa0, 0x80])), FILE], 'malformed-multipart'],
  ])('or not, with %s', async (_, parts, code) => {
    expect(await codeOf(request(parts))).toBe(code);
  });

  it.each<[string, string, string]>([
    ['without a body', '', 'malformed-multipart'],
    ['without any boundary', 'hello', 'malformed-multipart'],
    ['that ends in its headers', `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"`, 'malformed-multipart'],
    ['that ends in a field', part('Content-Disposition: form-data; name="a"'), 'malformed-multipart'],
    ['that ends in the file', part('Content-Disposition: form-data; name="a"; filename="b"'), 'malformed-multipart'],
    ['with a part without name', part('Content-Disposition: form-data') + END, 'malformed-multipart'],
    ['with a part of garbage', part('garbage') + END, 'malformed-multipart'],
    ['with huge headers', part(`X: ${'x'.repeat(9000)}`) + END, 'multipart-limit'],
    ['with 21 headers', part('X: y\r\n'.repeat(20) + 'Y: z') + END, 'multipart-limit'],
    [
      'with a file name that is not UTF-8',
      part('Content-Disposition: form-data; name="a"; filename="\xe9"') + END,
      'invalid-name',
    ],
    ['with garbage after the end', END + 'x'.repeat(1025), 'malformed-multipart'],
  ])('%s', async (_, body, code) => {
    const source = raw(body);
    expect(await codeOf(source)).toBe(code);
    expect(source.ours).toBe(0);
  });

  it.each([
    [{ 'content-type': 'application/json' }, 'unsupported-media-type'],
    [{ 'content-type': undefined }, 'unsupported-media-type'],
    [{ 'content-encoding': 'gzip' }, 'unsupported-media-type'],
    [{ 'content-encoding': 'identity' }, null],
    [{ 'content-type': 'multipart/form-data' }, 'malformed-multipart'],
    [{ 'content-type': `multipart/form-data; boundary=${'x'.repeat(71)}` }, 'malformed-multipart'],
    [{ 'content-type': 'multipart/form-data; boundary=other' }, 'malformed-multipart'],
  ])('or not, with the headers %j', async (headers, code) => {
    expect(await codeOf(new FakeRequest([formBody([FILE])], headers))).toBe(code);
  });

  it('with a sentence that repeats nothing of the client’s', async () => {
    const secret = 'hunter2';
    const bodies = [part(`X: ${secret}\rx`), part(secret), part('Content-Disposition: form-data; name="a"', secret)];
    for (const body of bodies) {
      const error: unknown = await readForm(raw(body)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'FormError', message: expect.stringMatching(/^[A-Z][^\n]*\.$/u) });
      expect(String(error)).not.toContain(secret);
      expect(PROBLEMS).toHaveProperty((error as { code: string }).code);
    }
  });

  it('after the file was handed over: its content throws instead of ending', async () => {
    const form = await readForm(request([FILE, field('dzuuid')]));
    expect(form.file?.fileName).toBe('a.txt');
    await expect(contentOf(form)).rejects.toMatchObject({ code: 'field-after-file' });
  });
});
