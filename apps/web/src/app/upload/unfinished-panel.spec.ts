import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { unfinishedUpload } from '../../../test/fake-backend.js';
import { stage } from '../../../test/page.js';
import { Confirmation } from '../ui/confirmation.js';
import { UnfinishedPanel } from './unfinished-panel.js';
import { UnfinishedUploads } from './unfinished-uploads.js';
import { reasonOf } from './unfinished-words.js';

describe('unfinished uploads', () => {
  it('are being read, then none', async () => {
    const { text, shows, element } = await stage(UnfinishedPanel);
    expect(element.querySelector('[aria-busy=true]')).not.toBeNull();
    expect(text()).not.toContain('Nothing is unfinished.');
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('Nothing is unfinished.');
  });

  it('show how far they are and why they stopped', async () => {
    const { backend, shows, text } = await stage(UnfinishedPanel, (server) => {
      server.uploads = [unfinishedUpload(), unfinishedUpload({ name: 'taken.mov', reason: 'name-taken' })];
    });
    await TestBed.inject(UnfinishedUploads).list.refresh();
    await shows('film.mov');
    expect(text().replaceAll('\u00a0', ' ')).toContain('4 of 12 MB');
    expect(text()).toContain('Waiting for the rest of its bytes.');
    expect(text()).toContain('a file with this name exists');
    expect(backend.calls).toContain('GET /api/uploads?state=receiving%2Ccompleting');
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
});
