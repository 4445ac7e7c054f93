import { describe, expect, it } from '@jest/globals';
import { changeLinkSchema, createLinkSchema } from './links.js';
import { sendUploadSchema } from './sent-uploads.js';

const ENTRY = 'e'.repeat(22);

describe('a link that is wanted', () => {
  it('has presets for all but what it leads to', () => {
    expect(createLinkSchema.parse({ kind: 'share', entry: ENTRY })).toEqual({
      ...{ kind: 'share', entry: ENTRY, title: '', note: '', password: null, expiresAt: null },
    });
  });

  it('has its extensions in lower case, each once', () => {
    const wanted = { kind: 'request', entry: ENTRY, allowedExtensions: ['JPG', 'jpg', 'STRASSE', 'straße', 'png'] };
    expect(createLinkSchema.parse(wanted).allowedExtensions).toEqual(['jpg', 'strasse', 'png']);
    for (const extension of ['', '.jpg', 'a/b', 'a b', 'x'.repeat(33), 'j\u200bpg', 'a\u0007']) {
      expect(createLinkSchema.safeParse({ ...wanted, allowedExtensions: [extension] }).success).toBe(false);
    }
    expect(createLinkSchema.safeParse({ ...wanted, allowedExtensions: [] }).success).toBe(false);
  });

  it('has limits of its own kind only, which are whole and positive', () => {
    const share = { kind: 'share', entry: ENTRY };
    const request = { kind: 'request', entry: ENTRY };
    expect(createLinkSchema.safeParse({ ...share, maxDownloads: 1 }).success).toBe(true);
    expect(createLinkSchema.safeParse({ ...request, maxDownloads: 1 }).success).toBe(false);
    expect(createLinkSchema.safeParse({ ...request, maxUploads: 1, maxFileSize: 1, askName: true }).success).toBe(true);
    for (const wish of [{ maxUploads: 1 }, { maxFileSize: 1 }, { allowedExtensions: ['a'] }, { askName: false }]) {
      expect(createLinkSchema.safeParse({ ...share, ...wish }).success).toBe(false);
    }
    for (const maxDownloads of [0, -1, 0.5, 2 ** 53]) {
      expect(createLinkSchema.safeParse({ ...share, maxDownloads }).success).toBe(false);
    }
  });

  it('may have a note of several lines, and no other control characters', () => {
    const share = { kind: 'share', entry: ENTRY };
    expect(createLinkSchema.safeParse({ ...share, note: 'one\ntwo\tthree\r\n' }).success).toBe(true);
    expect(createLinkSchema.safeParse({ ...share, note: 'one\u0007' }).success).toBe(false);
    expect(createLinkSchema.safeParse({ ...share, title: 'one\ntwo' }).success).toBe(false);
  });

  it('is changed in something, if at all', () => {
    expect(changeLinkSchema.safeParse({}).success).toBe(false);
    expect(changeLinkSchema.parse({ password: null })).toEqual({ password: null });
    expect(changeLinkSchema.safeParse({ kind: 'request' }).success).toBe(false);
  });
});

describe('what a sender says of a file', () => {
  it('has nothing of where it goes', () => {
    const wanted = { name: 'a.bin', length: 5 };
    expect(sendUploadSchema.parse(wanted)).toEqual({ ...wanted, path: '', mediaType: 'application/octet-stream' });
    for (const more of [{ space: ENTRY }, { folder: ENTRY }, { conflict: 'replace' }]) {
      expect(sendUploadSchema.safeParse({ ...wanted, ...more }).success).toBe(false);
    }
  });

  it('may have a name of the sender, of text', () => {
    const wanted = { name: 'a.bin', length: 5 };
    expect(sendUploadSchema.parse({ ...wanted, sender: ' Ana ' }).sender).toBe('Ana');
    for (const sender of ['', '  ', 'x'.repeat(121), 'a\nb']) {
      expect(sendUploadSchema.safeParse({ ...wanted, sender }).success).toBe(false);
    }
  });
});
