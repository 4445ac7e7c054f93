import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { unfinishedUpload } from '../../../test/fake-backend.js';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Announcer } from '../shell/announcer.js';
import { Confirmation } from '../ui/confirmation.js';
import { Transfers } from './transfers.js';
import { UnfinishedPanel } from './unfinished-panel.js';
import { UnfinishedUploads } from './unfinished-uploads.js';
import { expiryWords, hereWords, reasonOf } from './unfinished-words.js';

describe('unfinished uploads', () => {
  it('are being read, then none', async () => {
    const { text, shows, element } = await stage(UnfinishedPanel);
    expect(element.querySelector('[aria-busy=true]')).not.toBeNull();
    expect(text()).not.toContain('Nothing is unfinished.');
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('Nothing is unfinished.');
  });

  it('show what is there, what is missing, why they stopped and when they expire', async () => {
    const upload = unfinishedUpload({ expiresAt: new Date(Date.now() + 6.5 * 86_400_000).toISOString() });
    const { backend, shows, text, element } = await stage(UnfinishedPanel, (server) => {
      server.uploads = [upload, unfinishedUpload({ name: 'taken.mov', received: 12_000_000, reason: 'name-taken' })];
      server.gaps.set(upload.id, [
        { start: 0, end: 6_000_000 },
        { start: 10_000_000, end: 12_000_000 },
      ]);
    });
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('2 parts missing');
    expect(text().replaceAll('\u00a0', ' ')).toContain('4 of 12 MB here, 2 parts missing');
    expect(text()).toContain('Waiting for the rest of its bytes.');
    expect(text()).toContain('a file with this name exists');
    expect(text().replaceAll('\u00a0', ' ')).toContain('Expires in 6 days.');
    expect(element.querySelector('time')?.title).not.toBe('');
    expect(backend.calls).toContain('GET /api/uploads?state=receiving%2Ccompleting');
    const maps = Array.from(element.querySelectorAll('[role=img]'));
    expect(maps[0]?.getAttribute('aria-label')?.replaceAll('\u00a0', ' ')).toBe('4 of 12 MB here, 2 parts missing');
    const gaps = Array.from(maps[0]?.querySelectorAll('span') ?? [], ({ style }) =>
      Math.round(parseFloat(style.width)),
    );
    expect(gaps).toEqual([50, 17]);
    expect(maps[1]?.querySelectorAll('span[style*="width: 0%"]')).toHaveLength(1);
  });

  it('tell how much there is although the gaps cannot be asked for', async () => {
    const { shows, text } = await stage(UnfinishedPanel, (server) => {
      server.uploads = [unfinishedUpload()];
      server.refusals.set('GET /api/uploads/', 'internal');
    });
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('here');
    expect(text().replaceAll('\u00a0', ' ')).toContain('4 of 12 MB hereStarted');
  });

  it('that somebody else is sending say so, and cannot be continued', async () => {
    const { shows, element, text } = await stage(UnfinishedPanel, (server) => {
      server.uploads = [
        unfinishedUpload({ active: true }),
        unfinishedUpload({ name: 'begun.mov', received: 0, active: true }),
      ];
    });
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('Its bytes are arriving now, from elsewhere.');
    expect(element.querySelector('[aria-label^="Continue"]')).toBeNull();
    expect(element.querySelector('[aria-label="Remove film.mov"]')).not.toBeNull();
    expect(text()).not.toContain('begun.mov');
  });

  it('are not said to be none when they could not be read', async () => {
    const { shows, hides, backend } = await stage(UnfinishedPanel);
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('Nothing is unfinished.');
    backend.refusals.set('GET', 'internal');
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await hides('Nothing is unfinished.');
    await shows('The list could not be read.');
  });

  it('are kept longer', async () => {
    const { backend, shows, hides, control } = await stage(UnfinishedPanel, (server) => {
      server.uploads = [unfinishedUpload()];
    });
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('film.mov');
    control('Keep film.mov longer').click();
    await until(() => TestBed.inject(Announcer).polite().startsWith('film.mov is kept until '));
    expect(backend.uploads[0]?.expiresAt).toBe('2026-02-09T03:05:05.000Z');
    backend.refusals.set('POST', 'upload-expired');
    control('Keep film.mov longer').click();
    await shows('The upload is not kept longer.');
    backend.refusals.clear();
    backend.calls.length = 0;
    control('Try again').click();
    await hides('The upload is not kept longer.');
    expect(backend.calls.some((call) => call.startsWith('POST'))).toBe(true);
  });

  it('whose name is taken are saved under another one, or in the place of the other after a question', async () => {
    const { backend, shows, hides, control } = await stage(UnfinishedPanel, (server) => {
      server.uploads = ['a.mov', 'b.mov', 'c.mov'].map((name) => unfinishedUpload({ name, reason: 'name-taken' }));
    });
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('c.mov');
    control('Save a.mov under another name').click();
    await hides('a.mov');
    expect(TestBed.inject(Announcer).polite()).toBe('Saved as a.mov (1).');
    control('Replace the other b.mov').click();
    TestBed.inject(Confirmation).answer(false);
    control('Replace the other b.mov').click();
    TestBed.inject(Confirmation).answer(true);
    await hides('b.mov');
    expect(backend.wishes).toEqual(['{"conflict":"rename"}', '{"conflict":"replace"}']);
    backend.refusals.set('POST', 'internal');
    control('Save c.mov under another name').click();
    await shows('The file was not saved.');
  });

  it('are continued with a file that is chosen for them', async () => {
    const { element, shows } = await stage(UnfinishedPanel, (server) => {
      server.uploads = [unfinishedUpload()];
      server.fates.set('film.mov', 'hang');
      server.refusals.set('GET /api/uploads/', 'overloaded');
    });
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('film.mov');
    const input = element.querySelector<HTMLInputElement>('input[type=file]');
    if (input === null) throw new Error('There is no chooser.');
    Object.defineProperty(input, 'files', { value: [new File(['x'], 'film.mov')], configurable: true });
    input.dispatchEvent(new Event('change'));
    await shows('Nothing is unfinished.');
    const [transfer] = TestBed.inject(Transfers).rows();
    expect(transfer).toMatchObject({ name: 'film.mov', path: 'films', continues: true });
    expect(TestBed.inject(Announcer).polite()).toBe('Continuing film.mov. Checking what is already there.');
    await TestBed.inject(Transfers).cancelAll();
  });

  it('are removed after a question', async () => {
    const { backend, shows, control } = await stage(UnfinishedPanel, (server) => {
      server.uploads = [unfinishedUpload()];
    });
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('film.mov');
    control('Remove film.mov').click();
    TestBed.inject(Confirmation).answer(true);
    await shows('Nothing is unfinished.');
    expect(backend.uploads).toEqual([]);
  });

  it('stay when the answer is no or the server refuses', async () => {
    const { backend, shows, control, text } = await stage(UnfinishedPanel, (server) => {
      server.uploads = [unfinishedUpload()];
      server.refusals.set('DELETE', 'internal');
    });
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('film.mov');
    control('Remove film.mov').click();
    TestBed.inject(Confirmation).answer(false);
    expect(backend.calls.some((call) => call.startsWith('DELETE'))).toBe(false);
    control('Remove film.mov').click();
    TestBed.inject(Confirmation).answer(true);
    await shows('The upload was not removed.');
    expect(text()).toContain('film.mov');
  });

  it.each([
    [{ state: 'completing' as const }, 'The server is checking the bytes.'],
    [{ length: null }, 'Still arriving; its length is not known yet.'],
    [{ received: 0 }, 'No bytes have arrived.'],
    [{ reason: 'storage-full' }, 'There is no space left to store this.'],
    [{ reason: 'newer-than-this-page' }, 'newer-than-this-page'],
  ])('with %j say: %s', (more, sentence) => {
    expect(reasonOf(unfinishedUpload(more))).toBe(sentence);
  });

  it.each([
    [{}, null, '4 of 12 MB here'],
    [{}, { missing: [{ start: 4_000_000, end: 12_000_000 }], truncated: false }, '4 of 12 MB here, 1 part missing'],
    [
      {},
      { missing: Array.from({ length: 1_500 }, () => ({ start: 0, end: 1 })), truncated: true },
      'more than 1,500 parts',
    ],
    [{ length: null }, null, '4 MB here'],
  ])('with %j and parts say how much is here', (more, parts, words) => {
    expect(hereWords(unfinishedUpload(more), parts).replaceAll('\u00a0', ' ')).toContain(words);
  });

  it('that do not expire say nothing of it', () => {
    expect(expiryWords(unfinishedUpload({ expiresAt: null }), new Date())).toBe('');
  });
});
