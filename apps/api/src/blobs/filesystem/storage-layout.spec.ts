import { describe, expect, it } from '@jest/globals';
import { ID_PATTERN } from '@stowage/contract';
import fc from 'fast-check';
import { StorageLayout } from './storage-layout.js';

const layout = new StorageLayout('/srv/stowage');
const ID = 'AbCdEfGhIjKlMnOpQrStUv';
const SHA256 = '0123456789abcdef'.repeat(4);

/** What a client might send, hoping that it becomes a path. */
const HOSTILE = [
  '',
  '.',
  '..',
  '../../etc/passwd',
  `../${ID}`,
  `${ID}/../x`,
  `${ID}/x`,
  `/${ID}`,
  `${ID}\0`,
  `${ID}\n`,
  `\n${ID}`,
  `${ID}\\x`,
  `${ID.slice(1)}.`,
  `${ID.slice(1)}%`,
  'short',
  'x'.repeat(44),
  '名'.repeat(22),
];

describe('a path below the data folder', () => {
  it('is made from an id', () => {
    expect(layout.stagingFile(ID)).toBe(`/srv/stowage/staging/${ID}`);
  });

  it('is made from a space and a digest, in a shard', () => {
    expect(layout.blob({ spaceId: ID, sha256: SHA256 })).toEqual({
      folders: [`/srv/stowage/blobs/${ID}`, `/srv/stowage/blobs/${ID}/01`],
      file: `/srv/stowage/blobs/${ID}/01/${SHA256}`,
    });
  });

  it.each(HOSTILE)('is never made from %j', (text) => {
    expect(() => layout.stagingFile(text)).toThrow(TypeError);
    expect(() => layout.blob({ spaceId: text, sha256: SHA256 })).toThrow(TypeError);
    expect(() => layout.blob({ spaceId: ID, sha256: text })).toThrow(TypeError);
  });

  it.each([SHA256.toUpperCase(), SHA256.slice(1), `${SHA256}0`, `${SHA256}\n`, `g${SHA256.slice(1)}`])(
    'is never made from a digest %j',
    (sha256) => {
      expect(() => layout.blob({ spaceId: ID, sha256 })).toThrow(TypeError);
    },
  );

  it('is never made from any text but an id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        if (ID_PATTERN.test(text)) expect(layout.stagingFile(text)).toBe(`/srv/stowage/staging/${text}`);
        else expect(() => layout.stagingFile(text)).toThrow(TypeError);
      }),
    );
  });

  it('does not repeat the text in the error', () => {
    expect(() => layout.stagingFile('secret name')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});
