import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { DeclaredDigest } from '@stowage/contract';
import fc from 'fast-check';
import { BodyDigest } from './body-digest.js';

function digestsOf(bytes: Buffer): DeclaredDigest[] {
  return [
    { algorithm: 'sha-256', value: createHash('sha256').update(bytes).digest('base64') },
    { algorithm: 'sha-512', value: createHash('sha512').update(bytes).digest('base64') },
  ];
}

function check(digests: readonly DeclaredDigest[], ...pieces: readonly Buffer[]): string {
  const digest = new BodyDigest(digests);
  for (const piece of pieces) digest.update(piece);
  try {
    digest.verify();
    return 'right';
  } catch (error) {
    return error instanceof Error ? error.message : 'what?';
  }
}

describe('the digest of a body', () => {
  it('is right for the known bytes of CRC32C, in network order', () => {
    const digest: DeclaredDigest = { algorithm: 'crc32c', value: '4waSgw==' };
    expect(check([digest], Buffer.from('123456789'))).toBe('right');
    expect(check([digest], Buffer.from('1234'), Buffer.from(''), Buffer.from('56789'))).toBe('right');
    expect(check([digest], Buffer.from('12345678'))).toContain('crc32c');
    expect(check([{ algorithm: 'crc32c', value: 'AAAAAA==' }])).toBe('right');
  });

  it('is right however the bytes are cut, and wrong when one bit differs', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 }), fc.nat(), (pieces, at) => {
        const buffers = pieces.map((piece) => Buffer.from(piece));
        const whole = Buffer.concat(buffers);
        expect(check(digestsOf(whole), ...buffers)).toBe('right');
        if (whole.length === 0) return;
        const flipped = Buffer.from(whole);
        flipped[at % whole.length] = (flipped[at % whole.length] ?? 0) ^ 1;
        expect(check(digestsOf(whole), flipped)).toContain('sha-256, sha-512');
      }),
    );
  });

  it('has to be right in all that was declared', () => {
    const bytes = Buffer.from('hello');
    const [right] = digestsOf(bytes);
    const [, wrong] = digestsOf(Buffer.from('other'));
    if (right === undefined || wrong === undefined) throw new Error('no digests');
    expect(check([right, wrong], bytes)).toMatch(/Wrong: sha-512\.$/u);
  });

  it('contradicts another one only where both name the same algorithm', () => {
    const [sha256, sha512] = digestsOf(Buffer.from('hello'));
    const [other] = digestsOf(Buffer.from('other'));
    if (sha256 === undefined || sha512 === undefined || other === undefined) throw new Error('no digests');
    const declared = ({ algorithm, value }: DeclaredDigest) => `${algorithm}=:${value}:`;
    expect(new BodyDigest([sha256]).contradicts(declared(sha256))).toBe(false);
    expect(new BodyDigest([sha256]).contradicts(declared(sha512))).toBe(false);
    expect(new BodyDigest([sha512, sha256]).contradicts(declared(sha256))).toBe(false);
    expect(new BodyDigest([sha256]).contradicts(declared(other))).toBe(true);
    expect(new BodyDigest([sha512, sha256]).contradicts(declared(other))).toBe(true);
  });

  it('is a problem of the client', () => {
    const digest = new BodyDigest([{ algorithm: 'crc32c', value: '4waSgw==' }]);
    expect(() => {
      digest.verify();
    }).toThrow(expect.objectContaining({ code: 'digest-mismatch' }));
    expect(digest.declared).toBe('crc32c=:4waSgw==:');
  });
});
