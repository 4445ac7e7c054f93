import { describe, expect, it } from '@jest/globals';
import { FakeRequest, inPieces, readWhole } from '../../../../test/multipart-forms.js';

/** Bodies as these programs sent them, seen on the wire: Chromium 156, curl 7.88, Node 20. */
interface Seen {
  readonly from: string;
  readonly boundary: string;
  readonly body: string;
  readonly fields: Record<string, string>;
  readonly file: { readonly fieldName: string; readonly fileName: string; readonly mediaType: string };
  readonly content: string;
}

const DROPZONE_FIELDS = [
  'dzuuid',
  'dzchunkindex',
  'dztotalfilesize',
  'dzchunksize',
  'dztotalchunkcount',
  'dzchunkbyteoffset',
];

/** A chunk of `twenty bytes of data` in chunks of 16, from a form with a hidden field: the same text in 5.4.0 and 6.3.5. */
function dropzone(version: string, boundary: string, values: readonly string[], content: string): Seen {
  const fields = DROPZONE_FIELDS.map((name, index) => [name, values[index] ?? ''] as const);
  const parts = [...fields, ['csrf', 'tökén'] as const].map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    from: `Dropzone ${version}, chunk ${values[1]}`,
    boundary,
    body:
      `${parts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="名前 %22x%22.txt"\r\n` +
      `Content-Type: application/octet-stream\r\n\r\n${content}\r\n--${boundary}--\r\n`,
    fields: { ...Object.fromEntries(fields), csrf: 'tökén' },
    file: { fieldName: 'file', fileName: '名前 "x".txt', mediaType: 'application/octet-stream' },
    content,
  };
}

const OLD_UUID = 'ae8a1118-a807-44ec-b032-49b77a00bb84';
const NEW_UUID = '5635a7c2-54c5-408c-bd45-16b09c33e8ab';

const SEEN: readonly Seen[] = [
  dropzone(
    '5.4.0',
    '----WebKitFormBoundaryd7QsdnmtAlVxweyo',
    [OLD_UUID, '0', '20', '16', '2', '0'],
    'twenty bytes of ',
  ),
  dropzone('5.4.0', '----WebKitFormBoundaryeCcYpAX6UvTXB88F', [OLD_UUID, '1', '20', '16', '2', '16'], 'data'),
  dropzone(
    '6.3.5',
    '----WebKitFormBoundarycAFEf4YFpTfAxlm6',
    [NEW_UUID, '0', '20', '16', '2', '0'],
    'twenty bytes of ',
  ),
  dropzone('6.3.5', '----WebKitFormBoundaryeJ4w0kCGtKGjZyTH', [NEW_UUID, '1', '20', '16', '2', '16'], 'data'),
  {
    from: 'Chromium, a form with an untouched file input',
    boundary: '----WebKitFormBoundaryEbgUCaFggkTH1pfb',
    body:
      '------WebKitFormBoundaryEbgUCaFggkTH1pfb\r\nContent-Disposition: form-data; name="path"\r\n\r\na/b\r\n' +
      '------WebKitFormBoundaryEbgUCaFggkTH1pfb\r\nContent-Disposition: form-data; name="q%22q"\r\n\r\nline1\r\n' +
      '------WebKitFormBoundaryEbgUCaFggkTH1pfb\r\nContent-Disposition: form-data; name="t"\r\n\r\nx\r\ny\r\n' +
      '------WebKitFormBoundaryEbgUCaFggkTH1pfb\r\nContent-Disposition: form-data; name="none"; filename=""\r\n' +
      'Content-Type: application/octet-stream\r\n\r\n\r\n' +
      '------WebKitFormBoundaryEbgUCaFggkTH1pfb\r\nContent-Disposition: form-data; name="file"; ' +
      'filename="a\\b %22c%22.bin"\r\nContent-Type: image/png\r\n\r\n\r\n--data\r\n' +
      '------WebKitFormBoundaryEbgUCaFggkTH1pfb--\r\n',
    fields: { path: 'a/b', 'q"q': 'line1', t: 'x\r\ny' },
    file: { fieldName: 'file', fileName: 'a\\b "c".bin', mediaType: 'image/png' },
    content: '\r\n--data',
  },
  {
    from: 'curl -F',
    boundary: '------------------------b75f754a01c5dad7',
    body:
      '--------------------------b75f754a01c5dad7\r\nContent-Disposition: form-data; name="path"\r\n\r\ndocs\r\n' +
      '--------------------------b75f754a01c5dad7\r\nContent-Disposition: form-data; name="file"; ' +
      'filename="a%22b\\c é.txt"\r\nContent-Type: text/plain\r\n\r\ncurl data\n\r\n' +
      '--------------------------b75f754a01c5dad7--\r\n',
    fields: { path: 'docs' },
    file: { fieldName: 'file', fileName: 'a"b\\c é.txt', mediaType: 'text/plain' },
    content: 'curl data\n',
  },
  {
    // What curl before 7.81 always did. Its `\\` stays two: browsers send a backslash for a backslash.
    from: 'curl --form-escape -F',
    boundary: '------------------------58a274d84f4f2098',
    body:
      '--------------------------58a274d84f4f2098\r\nContent-Disposition: form-data; name="file"; ' +
      'filename="a\\"b\\\\c.txt"\r\nContent-Type: text/plain\r\n\r\ncurl data\n\r\n' +
      '--------------------------58a274d84f4f2098--\r\n',
    fields: {},
    file: { fieldName: 'file', fileName: 'a"b\\\\c.txt', mediaType: 'text/plain' },
    content: 'curl data\n',
  },
  {
    from: 'fetch in Node',
    boundary: '----formdata-undici-068681782811',
    body:
      '------formdata-undici-068681782811\r\nContent-Disposition: form-data; name="dzuuid"\r\n\r\nu\r\n' +
      '------formdata-undici-068681782811\r\nContent-Disposition: form-data; name="file"; ' +
      'filename="n%22%0D%0A%22.txt"\r\nContent-Type: application/octet-stream\r\n\r\nundici\r\n' +
      '------formdata-undici-068681782811--\r\n',
    fields: { dzuuid: 'u' },
    file: { fieldName: 'file', fileName: 'n"\r\n".txt', mediaType: 'application/octet-stream' },
    content: 'undici',
  },
];

describe.each(SEEN)('a form from $from', ({ boundary, body, fields, file, content }) => {
  it.each([1, 16, Infinity])('is read, %p bytes at a time', async (size) => {
    const bytes = Buffer.from(body);
    const request = new FakeRequest(inPieces(bytes, Math.min(size, bytes.length)), {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(bytes.length),
    });
    const read = await readWhole(request);
    expect(read.fields).toEqual(fields);
    // All of these end in a line end after the closing boundary, which the declared length counts too.
    expect(read.file).toEqual({ ...file, maxLength: Buffer.byteLength(content) + 2 });
    expect(read.content?.toString()).toBe(content);
    expect(request.ours).toBe(0);
  });
});
