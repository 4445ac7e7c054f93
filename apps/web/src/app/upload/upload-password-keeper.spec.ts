import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import type { UploadSource } from '@stowage/client';
import { UploadPasswordKeeper } from './upload-password-keeper.js';

const into = (folder?: string, path = ''): UploadSource => ({
  ...{ name: 'a.txt', path, content: new Blob() },
  ...(folder === undefined ? {} : { folder }),
});
const NEEDED = { code: 'upload-password-needed' };
const WRONG = { code: 'upload-password-wrong' };
const keeper = (): UploadPasswordKeeper => TestBed.inject(UploadPasswordKeeper);

describe('passwords for uploads', () => {
  it('are asked for once for all files of a folder, and those below it', async () => {
    const kept = keeper();
    const answers = [into('inbox'), into('inbox', 'a/b'), into('inbox')].map((source) =>
      kept.renew(source, null, NEEDED),
    );
    expect(kept.question()?.again).toBe(false);
    kept.question()?.answer(' right ');
    await expect(Promise.all(answers)).resolves.toEqual([true, true, true]);
    expect(kept.question()).toBeNull();
    expect([kept.of(into('inbox', 'c')), kept.of(into('other')), kept.of(into())]).toEqual([' right ', null, null]);
  });

  it('are asked for again when they are wrong, but not by those who were refused before that', async () => {
    const kept = keeper();
    const first = kept.renew(into('inbox'), null, NEEDED);
    kept.question()?.answer('wrong');
    await first;
    const again = kept.renew(into('inbox'), 'wrong', WRONG);
    expect(kept.question()?.again).toBe(true);
    kept.question()?.answer('right');
    await again;
    await expect(kept.renew(into('inbox'), 'wrong', WRONG)).resolves.toBe(true);
    expect(kept.question()).toBeNull();
  });

  it('that nobody gives are not asked for until more is to be sent', async () => {
    const kept = keeper();
    const first = kept.renew(into('inbox'), null, NEEDED);
    kept.question()?.answer(null);
    await expect(first).resolves.toBe(false);
    await expect(kept.renew(into('inbox'), null, NEEDED)).resolves.toBe(false);
    kept.begin();
    void kept.renew(into('inbox'), null, NEEDED);
    expect(kept.question()).not.toBeNull();
  });

  it('of two folders are asked for one after the other', async () => {
    const kept = keeper();
    const [one, two] = [kept.renew(into('one'), null, NEEDED), kept.renew(into('two'), null, NEEDED)];
    kept.question()?.answer('first');
    kept.question()?.answer('second');
    await Promise.all([one, two]);
    expect([kept.of(into('one')), kept.of(into('two'))]).toEqual(['first', 'second']);
  });
});
