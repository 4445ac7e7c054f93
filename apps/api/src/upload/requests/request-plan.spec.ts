import { describe, expect, it } from '@jest/globals';
import type { KnownLink } from '../../identity/known-link.js';
import type { LimitsConfiguration } from '../../platform/config/configuration.js';
import { ProblemError } from '../../platform/http/problem-error.js';
import { limitsOf, planOf, senderOf, type SentWish, type Sending } from './request-plan.js';
import { sentRefusal, sentResult } from './sent-view.js';

const LINK: KnownLink = {
  ...{ id: 'link', slug: 's'.repeat(43), kind: 'request', space: 'space', entry: 'folder', title: '', note: '' },
  ...{ expiresAt: null, maxDownloads: null, downloads: 0, maxUploads: null, uploads: 0, maxFileSize: null },
  ...{ allowedExtensions: null, askName: false },
};
const WISH: SentWish = {
  ...{ clientKey: null, length: 5, chunkSize: null, name: 'a.jpg', path: 'sub', mediaType: 'image/jpeg' },
  ...{ declaredSha256: null, resumable: true },
};
const NOBODY: Sending = { sender: null, network: '192.0.2.1', key: null };

function codeOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof ProblemError ? error.code : String(error);
  }
}

describe('an upload by a request', () => {
  it('goes into its folder, belongs to its link, and takes a name that is free', () => {
    expect(planOf(LINK, WISH, NOBODY)).toEqual({
      ...WISH,
      ...{ owner: 'link:link', spaceId: 'space', folderId: 'folder', conflict: 'rename' },
      maxSize: null,
      link: { id: 'link', network: '192.0.2.1', sender: null },
    });
    expect(planOf({ ...LINK, entry: 'space' }, WISH, NOBODY).folderId).toBeNull();
  });

  it('is of a kind that is wanted', () => {
    const only = (allowedExtensions: readonly string[]) =>
      codeOf(() => planOf({ ...LINK, allowedExtensions }, WISH, NOBODY));
    expect([only(['jpg']), only(['png', 'jpg'])]).toEqual([null, null]);
    expect([only(['png']), only([]), only(['a.jpg'])]).toEqual(Array(3).fill('type-not-allowed'));
  });

  it('comes from somebody with a name where one is asked for', () => {
    const asking = { ...LINK, askName: true };
    expect(codeOf(() => planOf(asking, WISH, NOBODY))).toBe('sender-needed');
    expect(planOf(asking, WISH, { ...NOBODY, sender: 'Ana' }).link?.sender).toBe('Ana');
  });

  it('has a key that nobody guesses, or none', () => {
    expect(codeOf(() => planOf(LINK, WISH, { ...NOBODY, key: 'x'.repeat(15) }))).toBe('invalid-field');
    expect(codeOf(() => planOf(LINK, WISH, { ...NOBODY, key: 'x'.repeat(16) }))).toBeNull();
  });

  it('is no larger than the request and the server take', () => {
    const limits = { maxFileSize: 100 } as LimitsConfiguration;
    expect([limitsOf(LINK, limits), limitsOf({ ...LINK, maxFileSize: 50 }, limits)]).toEqual([
      ...[{ maxFileSize: 100 }, { maxFileSize: 50 }],
    ]);
    expect(limitsOf({ ...LINK, maxFileSize: 500 }, limits)).toEqual({ maxFileSize: 100 });
  });
});

describe('the name of a sender in a form', () => {
  it('is text without blanks around it, or nothing', () => {
    expect([senderOf(undefined), senderOf('  '), senderOf(' Ana ')]).toEqual([null, null, 'Ana']);
    for (const text of ['x'.repeat(121), 'a\u0000b']) expect(codeOf(() => senderOf(text))).toBe('invalid-field');
  });
});

describe('what a sender is told', () => {
  it('is nothing of where the file lies, and its name as it was sent', () => {
    const file = {
      kind: 'file' as const,
      ...{ id: 'f', name: 'a (1).jpg', space: 'space', parent: 'folder', path: 'secret', size: 5 },
      ...{ sha256: '0'.repeat(64), mediaType: 'image/jpeg', createdAt: '', url: '/api/files/f/content' },
    } as const;
    const upload = { id: 'u', state: 'complete', length: 5, received: 5 } as const;
    expect(sentResult({ upload, complete: true, file, grant: 'upg_x' }, 'a.jpg')).toEqual({
      ...{ upload, complete: true, file: { name: 'a.jpg', size: 5, sha256: '0'.repeat(64) } },
    });
  });

  it('is no figure of the quota', () => {
    const refusal = sentRefusal(new ProblemError('quota-exceeded', 'Of 500 bytes 3 are free.'));
    expect(refusal).toMatchObject({ code: 'quota-exceeded', message: expect.not.stringMatching(/\d/u) });
    const other = new Error('x');
    expect(sentRefusal(other)).toBe(other);
  });
});
