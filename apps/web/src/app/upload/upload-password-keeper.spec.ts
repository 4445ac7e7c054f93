import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import type { UploadSource } from '@stowage/client';
import { UploadPasswordKeeper } from './upload-password-keeper.js';

const into = (folder?: string, path = ''): UploadSource => ({
  ...{ name: 'a.txt', path, content: new Blob() },
  ...(folder === undefined ? {} : { folder }),
});
const needed = (folder?: string) => ({
  code: 'upload-password-needed',
  problem: folder === undefined ? {} : { folder },
});
const wrong = (folder?: string) => ({ ...needed(folder), code: 'upload-password-wrong' });
const [NEEDED, WRONG] = [needed(), wrong()];
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

  it('of a folder and of one in it are asked for once each, in whichever order files come', async () => {
    const kept = keeper();
    const guards = { '': 'outer', 'a/Guarded': 'inner' };
    const asked: string[] = [];
    const answerNext = (): void => {
      const question = kept.question();
      if (question === null) return;
      asked.push(`${question.folder ?? 'here'}${question.again ? ' again' : ''}`);
      question.answer(question.folder === 'a/Guarded' ? 'inner' : 'outer');
    };
    /** As the queue sends a file to the server, which looks at the nearest folder; how often until it is let in. */
    const send = async (path: string): Promise<number> => {
      for (let tries = 1; tries < 10; tries++) {
        const shown = kept.of(into('box', path));
        const folder = /^a\/guarded(\/|$)/iu.test(path) ? 'a/Guarded' : '';
        if (shown === guards[folder]) return tries;
        const going = kept.renew(into('box', path), shown, shown === null ? needed(folder) : wrong(folder));
        await Promise.resolve();
        answerNext();
        expect(await going).toBe(true);
      }
      return Infinity;
    };
    const paths = ['a', 'a/guarded/x', '', 'a/Guarded', 'a/b', 'a/guarded', 'c', 'a/GUARDED/y/z', 'a'];
    const tries: number[] = [];
    for (const path of paths) tries.push(await send(path));
    expect(asked).toEqual(['here', 'a/Guarded']);
    expect(tries).toEqual([2, 2, 1, 1, 1, 1, 1, 1, 1]);
    // All at once, as well.
    expect(await Promise.all([...paths, ...paths].map(send))).toEqual(Array(18).fill(1));
    expect(kept.question()).toBeNull();
  });

  it('of two folders are asked for at once where many files wait for both', async () => {
    const kept = keeper();
    const waiting = [
      kept.renew(into('box', 'in'), null, needed('in')),
      kept.renew(into('box'), null, needed('')),
      kept.renew(into('box', 'in/x'), null, needed('in')),
    ];
    kept.call('box', 'Inbox');
    kept.question()?.answer('inner');
    kept.question()?.answer('outer');
    await expect(Promise.all(waiting)).resolves.toEqual([true, true, true]);
    expect([kept.of(into('box', 'in/y')), kept.of(into('box', 'other')), kept.question()]).toEqual([
      ...['inner', 'outer', null],
    ]);
    void kept.renew(into('box'), 'outer', wrong(''));
    expect(kept.question()).toMatchObject({ folder: 'Inbox', again: true });
  });

  it('that a folder no longer has are forgotten, and that of the one above is shown', async () => {
    const kept = keeper();
    for (const [folder, password] of [
      ['', 'outer'],
      ['in', 'inner'],
    ] as const) {
      const asked = kept.renew(into('box', folder), kept.of(into('box', folder)), needed(folder));
      kept.question()?.answer(password);
      await asked;
    }
    expect(kept.of(into('box', 'in'))).toBe('inner');
    await expect(kept.renew(into('box', 'in'), 'inner', wrong(''))).resolves.toBe(true);
    expect(kept.of(into('box', 'in'))).toBe('outer');
  });

  it('of a folder that no path goes through count as that of where they begin', async () => {
    const kept = keeper();
    const asked = kept.renew(into('box', 'a'), null, needed('nowhere'));
    kept.question()?.answer('right');
    await asked;
    expect(kept.of(into('box', 'a'))).toBe('right');
  });
});
