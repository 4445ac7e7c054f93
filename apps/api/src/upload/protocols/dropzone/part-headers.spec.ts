import { describe, expect, it } from '@jest/globals';
import { errorCode } from '../../../../test/multipart-forms.js';
import { DEFAULT_FORM_LIMITS } from './form-limits.js';
import { formBoundary, parsePartHeaders, type PartHeaders } from './part-headers.js';

function headers(...lines: string[]): PartHeaders {
  return parsePartHeaders(Buffer.from(lines.join('\r\n')), DEFAULT_FORM_LIMITS);
}

function fault(read: () => unknown): string {
  try {
    read();
    return 'none';
  } catch (error) {
    return errorCode(error);
  }
}

const FIELD = 'Content-Disposition: form-data; name="a"';

describe('headers of a part', () => {
  it('name a field', () => {
    expect(headers(FIELD)).toEqual({ name: 'a', fileName: null, mediaType: 'application/octet-stream' });
    expect(headers('content-DISPOSITION:Form-Data;NAME=a')).toMatchObject({ name: 'a' });
    expect(headers('Content-Disposition: form-data; name=""')).toMatchObject({ name: '' });
  });

  it('name a file, with the escapes of browsers undone and no others', () => {
    const file = (name: string): string | null => headers(`${FIELD}; filename="${name}"`).fileName;
    expect(file('名前 %22x%22.txt')).toBe('名前 "x".txt');
    expect(file('a%0D%0Ab')).toBe('a\r\nb');
    expect(file('100%25 %41 %0a %2522')).toBe('100%25 %41 %0a %2522');
    expect(file('C:\\dir\\a.txt')).toBe('C:\\dir\\a.txt');
    expect(file('\ufeffbom\u00a0')).toBe('\ufeffbom\u00a0');
    expect(file('a\u0001b')).toBe('a\u0001b');
    expect(file('')).toBe('');
    expect(headers('Content-Disposition: form-data; name="q%22q"')).toMatchObject({ name: 'q"q' });
    expect(headers('Content-Disposition: form-data; name=a; filename=日本à')).toMatchObject({ fileName: '日本à' });
  });

  it('are a field’s when only filename* is given, which RFC 7578 forbids', () => {
    expect(headers(`${FIELD}; filename*=UTF-8''x`).fileName).toBeNull();
    expect(headers(`${FIELD}; filename*=UTF-8''x; filename=y`).fileName).toBe('y');
  });

  it.each([
    ['text/plain', 'text/plain'],
    ['Image/SVG+XML; charset=utf-8', 'image/svg+xml'],
    ['', 'application/octet-stream'],
    ['text', 'application/octet-stream'],
    ['text/', 'application/octet-stream'],
    ['text/pl ain', 'application/octet-stream'],
    ['text/"html"', 'application/octet-stream'],
    [`text/${'a'.repeat(300)}`, 'application/octet-stream'],
  ])('with Content-Type %j give the media type %s', (sent, mediaType) => {
    expect(headers(`${FIELD}; filename=x`, `Content-Type: ${sent}`).mediaType).toBe(mediaType);
  });

  it.each<[string, string[]]>([
    ['nothing', ['']],
    ['no Content-Disposition', ['Content-Type: text/plain']],
    ['another disposition', ['Content-Disposition: attachment; name="a"']],
    ['no name', ['Content-Disposition: form-data']],
    ['only a file name', ['Content-Disposition: form-data; filename="a"']],
    ['a name twice', [`${FIELD}; name="b"`]],
    ['a file name twice', [`${FIELD}; filename="b"; FILENAME="c"`]],
    ['an open quote', ['Content-Disposition: form-data; name="a']],
    ['a header twice', [FIELD, FIELD]],
    ['a line without colon', [FIELD, 'nonsense']],
    ['a header without name', [FIELD, ': x']],
    ['a space before the colon', ['Content-Disposition : form-data; name="a"']],
    ['a folded line', ['Content-Disposition: form-data;', ' name="a"']],
    ['a tab-folded line', [FIELD, '\tx: y']],
    ['a bare CR', ['Content-Disposition: form-data; name="a\rb"']],
    ['a bare LF', ['Content-Disposition: form-data; name="a\nb"']],
    ['a LF line end', [`${FIELD}\nContent-Type: text/plain`]],
    ['a CR at the end', [`${FIELD}\r`]],
    ['a NUL', ['Content-Disposition: form-data; name="a\u0000b"']],
    ['an empty line', [FIELD, '', 'A: b']],
  ])('are refused with %s', (_, lines) => {
    expect(fault(() => headers(...lines))).toBe('malformed-multipart');
  });

  it('are refused when a name is not UTF-8', () => {
    const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
    const read = (text: string) => (): PartHeaders => parsePartHeaders(bytes(text), DEFAULT_FORM_LIMITS);
    expect(fault(read('Content-Disposition: form-data; name="\xff"'))).toBe('malformed-multipart');
    expect(fault(read(`${FIELD}; filename="\xe9t\xe9"`))).toBe('invalid-name');
    expect(fault(read(`${FIELD}; filename="\xc0\xaf"`))).toBe('invalid-name');
    expect(fault(read(`${FIELD}; filename="\xed\xa0\x80"`))).toBe('invalid-name');
  });

  it('are refused with a transfer encoding that would have to be undone', () => {
    expect(fault(() => headers(FIELD, 'Content-Transfer-Encoding: BASE64'))).toBe('unsupported-media-type');
    expect(fault(() => headers(FIELD, 'Content-Transfer-Encoding: quoted-printable'))).toBe('unsupported-media-type');
    expect(fault(() => headers(FIELD, 'Content-Transfer-Encoding: Binary'))).toBe('none');
  });

  it('keep their limits', () => {
    const named = (length: number) => () => headers(`Content-Disposition: form-data; name="${'n'.repeat(length)}"`);
    expect(fault(named(100))).toBe('none');
    expect(fault(named(101))).toBe('multipart-limit');
    const accented = () => headers(`Content-Disposition: form-data; name="${'é'.repeat(51)}"`);
    expect(fault(accented)).toBe('multipart-limit');
    const more = (count: number): string[] => Array.from({ length: count }, (_, i) => `X-${i}: y`);
    expect(fault(() => headers(FIELD, ...more(19)))).toBe('none');
    expect(fault(() => headers(FIELD, ...more(20)))).toBe('multipart-limit');
  });
});

describe('the boundary of a form', () => {
  const boundary = (contentType: string): string => formBoundary({ 'content-type': contentType }, 70);

  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; Boundary="a b"', 'a b'],
    ['multipart/form-data; boundary=----WebKitFormBoundaryd7QsdnmtAlVxweyo', '----WebKitFormBoundaryd7QsdnmtAlVxweyo'],
    ['multipart/form-data; boundary=*****', '*****'],
    ['multipart/form-data; boundary="0\'()+_,-./:=?"', "0'()+_,-./:=?"],
    ['multipart/form-data; boundary==_Part_1.2', '=_Part_1.2'],
    [`multipart/form-data; boundary=${'x'.repeat(70)}`, 'x'.repeat(70)],
  ])('of %j is %s', (contentType, expected) => {
    expect(boundary(contentType)).toBe(expected);
  });

  it.each([
    'multipart/form-data',
    'multipart/form-data;',
    'multipart/form-data; boundary',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary="a "',
    'multipart/form-data; boundary="a',
    'multipart/form-data; boundary=a; boundary=b',
    'multipart/form-data; boundary="a\r\nb"',
    'multipart/form-data; boundary=é',
    'multipart/form-data; boundary=a@b',
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
  ])('is malformed in %j', (contentType) => {
    expect(fault(() => boundary(contentType))).toBe('malformed-multipart');
  });

  it.each(['', 'multipart/mixed; boundary=a', 'application/json', 'multipart/form-datax; boundary=a', 'text/plain'])(
    'is not looked for in %j',
    (contentType) => {
      expect(fault(() => boundary(contentType))).toBe('unsupported-media-type');
    },
  );

  it('is not looked for in a request without Content-Type, or with an encoded body', () => {
    const read = (encoding: string) => () =>
      formBoundary({ 'content-type': 'multipart/form-data; boundary=a', 'content-encoding': encoding }, 70);
    expect(fault(() => formBoundary({}, 70))).toBe('unsupported-media-type');
    expect(fault(read('gzip'))).toBe('unsupported-media-type');
    expect(fault(read('identity, br'))).toBe('unsupported-media-type');
    expect(fault(read(' Identity '))).toBe('none');
    expect(fault(read(''))).toBe('none');
  });
});
