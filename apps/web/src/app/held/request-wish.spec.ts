import { describe, expect, it } from '@jest/globals';
import type { HeldRequest } from '@stowage/contract';
import { sorted } from './request-wish.js';

const REQUEST: HeldRequest = {
  ...{ kind: 'request', locked: false, expiresAt: null, title: '', note: '', askName: false, uploadPassword: false },
  ...{ uploadsLeft: null, maxFileSize: 10, allowedExtensions: ['pdf', 'jpg'] },
};
const file = (name: string, size = 1) => ({ name, path: '', content: new Blob(['x'.repeat(size)]) });

describe('what a request takes', () => {
  it('is what has an ending that is allowed, however that is written, and no more bytes than it may', () => {
    const names = ['a.pdf', 'B.PDF', 'c.jpg ', 'd.exe', 'pdf', 'e.pdf.exe', 'f.jpg.'];
    const { taken, refused } = sorted(
      names.map((name) => file(name)),
      REQUEST,
    );
    expect(taken.map(({ name }) => name)).toEqual(['a.pdf', 'B.PDF', 'c.jpg ', 'f.jpg.']);
    expect(refused).toEqual(['d.exe', 'pdf', 'e.pdf.exe'].map((name) => ({ name, why: 'another kind of file' })));
    expect(sorted([file('a.pdf', 10), file('b.pdf', 11)], REQUEST)).toMatchObject({
      taken: [{ name: 'a.pdf' }],
      refused: [{ name: 'b.pdf', why: 'too large: 11\u00a0B' }],
    });
  });

  it('is everything where nothing is said', () => {
    const { taken, refused } = sorted([file('a.exe', 100), file('b')], {
      ...REQUEST,
      maxFileSize: null,
      allowedExtensions: null,
    });
    expect([taken.length, refused]).toEqual([2, []]);
  });
});
