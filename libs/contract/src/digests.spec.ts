import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DIGEST_BYTES, parseDigestField, printDigestField, sha256Digest, type DigestAlgorithm } from './digests.js';

const SHA256 = 'X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=';
const SHA512 = 'WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==';
const fine = (...digests: readonly (readonly [DigestAlgorithm, string])[]) => ({
  ok: true,
  digests: digests.map(([algorithm, value]) => ({ algorithm, value })),
});

describe('a digest field', () => {
  it.each([
    [`sha-256=:${SHA256}:`, fine(['sha-256', SHA256])],
    [`sha-512=:${SHA512}:`, fine(['sha-512', SHA512])],
    ['crc32c=:4waSgw==:', fine(['crc32c', '4waSgw=='])],
    [`  sha-256=:${SHA256}:  `, fine(['sha-256', SHA256])],
    [`sha-256=:${SHA256}:,crc32c=:4waSgw==:`, fine(['sha-256', SHA256], ['crc32c', '4waSgw=='])],
    [`sha-256=:${SHA256}: \t,\t crc32c=:4waSgw==:`, fine(['sha-256', SHA256], ['crc32c', '4waSgw=='])],
    [`sha-256=:AAAA:, sha-256=:${SHA256}:`, fine(['sha-256', SHA256])],
    ['crc32c=:4waSgw:', fine(['crc32c', '4waSgw=='])],
    ['crc32c=:4waSgw==:;a;b=1;c="x\\"y,";d=tok/en;e=:AA==:;f=?1;g=-1.5;  h=@1659578233', fine(['crc32c', '4waSgw=='])],
    ['md5=:AAAA:', fine()],
    ['unixsum=::, *a.b-c_9=:AA==:', fine()],
    ['', fine()],
    ['   ', fine()],
  ])('%j is read', (field, parsed) => {
    expect(parseDigestField(field)).toEqual(parsed);
  });

  it.each([
    'sha-256',
    'sha-256=',
    'sha-256=abc',
    'sha-256="abc"',
    'sha-256=5',
    'sha-256=(:AAAA:)',
    `sha-256=:${SHA256}`,
    `sha-256=${SHA256}:`,
    `sha-256=:${SHA256}:,`,
    `,sha-256=:${SHA256}:`,
    `sha-256=:${SHA256}:,,crc32c=:4waSgw==:`,
    `sha-256=:${SHA256}: crc32c=:4waSgw==:`,
    `SHA-256=:${SHA256}:`,
    `sha-256 =:${SHA256}:`,
    `sha-256= :${SHA256}:`,
    `sha-256=:${SHA256}:;`,
    `sha-256=:${SHA256}:;a=`,
    `sha-256=:${SHA256}:;A=1`,
    `\tsha-256=:${SHA256}:`,
    'sha-256=:AAAA:',
    'sha-256=::',
    'crc32c=:4waSg:',
    'crc32c=:4waS=gw:',
    'crc32c=:4w-_gw==:',
    'crc32c=:4waSgwAA:',
    'md5=1',
    '9=:AA==:',
    'é=:AA==:',
    'constructor=:x x:',
  ])('%j is refused', (field) => {
    expect(parseDigestField(field)).toMatchObject({ ok: false });
  });

  it('is printed the same whatever the order', () => {
    const [a, b] = [
      { algorithm: 'sha-256', value: SHA256 } as const,
      { algorithm: 'crc32c', value: '4waSgw==' } as const,
    ];
    expect(printDigestField([a, b])).toBe(`crc32c=:4waSgw==:, sha-256=:${SHA256}:`);
    expect(printDigestField([b, a])).toBe(printDigestField([a, b]));
    expect(printDigestField([])).toBe('');
  });

  it('takes a digest in hex', () => {
    expect(sha256Digest('5f8f04f6a3a892aaabbddb6cf273894493773960d4a325b105fee46eef4304f1').value).toBe(SHA256);
  });

  it('reads what it prints', () => {
    const names = Object.keys(DIGEST_BYTES) as DigestAlgorithm[];
    const digest = fc
      .constantFrom(...names)
      .chain((algorithm) =>
        fc
          .uint8Array({ minLength: DIGEST_BYTES[algorithm], maxLength: DIGEST_BYTES[algorithm] })
          .map((bytes) => ({ algorithm, value: btoa(String.fromCharCode(...bytes)) })),
      );
    fc.assert(
      fc.property(fc.uniqueArray(digest, { selector: ({ algorithm }) => algorithm }), (digests) => {
        const text = printDigestField(digests);
        const parsed = parseDigestField(text);
        expect(parsed.ok && printDigestField(parsed.digests)).toBe(text);
      }),
    );
  });

  it('is an answer, never an exception, whatever comes', () => {
    const parts = ['sha-256', 'crc32c', '=', ':', ',', ';', ' ', '"', '4waSgw==', '\\', '(', '?1', '@'];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...parts)).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (field) => {
        expect(typeof parseDigestField(field).ok).toBe('boolean');
      }),
    );
  });
});
