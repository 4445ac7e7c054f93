import { TestBed } from '@angular/core/testing';
import { ActivatedRoute, convertToParamMap } from '@angular/router';
import { describe, expect, it } from '@jest/globals';
import { of } from 'rxjs';
import { type FakeBackend, unfinishedUpload } from '../../../test/fake-backend.js';
import { type Stage, stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Announcer } from '../shell/announcer.js';
import { Confirmation } from '../ui/confirmation.js';
import { AllTransfersPage } from './all-transfers-page.js';
import { OwnTransfersPage } from './own-transfers-page.js';
import { UploadPage } from './upload-page.js';

function uploadPage(id: string, prepare: (backend: FakeBackend) => void): Promise<Stage<UploadPage>> {
  return stage(UploadPage, (backend) => {
    prepare(backend);
    const paramMap = of(convertToParamMap({ upload: id }));
    TestBed.overrideProvider(ActivatedRoute, { useValue: { paramMap } });
  });
}

describe('one’s own transfers', () => {
  it('that are none say how to go on with one', async () => {
    const { shows, text } = await stage(OwnTransfersPage);
    await shows('Nothing moving.');
    expect(text()).toContain('only what is missing is sent');
  });

  it('are those that need attention, then those that move, then those that ended, with the reason', async () => {
    const { element, shows, text } = await stage(OwnTransfersPage, (server) => {
      server.uploads = [
        unfinishedUpload({ name: 'gone.mov', state: 'expired', expiresAt: null }),
        unfinishedUpload({ name: 'moving.mov', active: true }),
        unfinishedUpload({ name: 'stopped.mov' }),
        unfinishedUpload({ name: 'broken.mov', state: 'failed', reason: 'storage-full', expiresAt: null }),
      ];
    });
    await shows('Ended');
    await shows('Needs attention');
    expect(Array.from(element.querySelectorAll('li a'), (link) => link.textContent?.trim())).toEqual([
      ...['stopped.mov', 'moving.mov', 'gone.mov', 'broken.mov'],
    ]);
    expect(text()).toContain('Failed: There is no space left to store this.');
    expect(text().replaceAll('\u00a0', ' ')).toContain('8 MB missing');
  });

  it('that cannot be read say so, and are read again', async () => {
    const { backend, control, shows, hides } = await stage(OwnTransfersPage, (server) => {
      server.refusals.set('GET /api/uploads', 'internal');
    });
    await shows('The uploads could not be read.');
    backend.refusals.clear();
    control('Try again').click();
    await hides('could not be read');
  });

  it('are removed after a question', async () => {
    const { backend, control, shows } = await stage(OwnTransfersPage, (server) => {
      server.uploads = [unfinishedUpload()];
    });
    await shows('film.mov');
    control('Remove film.mov').click();
    TestBed.inject(Confirmation).answer(true);
    await shows('Nothing moving.');
    expect(backend.uploads).toEqual([]);
  });
});

describe('all transfers', () => {
  it('tell who began them, and what they hold together', async () => {
    const { shows, text } = await stage(AllTransfersPage, (server) => {
      server.uploads = [unfinishedUpload(), unfinishedUpload({ owner: null })];
    });
    await shows('2 uploads');
    expect(text()).toContain('by Maria');
    expect(text()).toContain('by nobody with an account');
    expect(text().replaceAll('\u00a0', ' ')).toContain('8 MB held');
  });

  it('are looked for by what is chosen', async () => {
    const { backend, element, shows } = await stage(AllTransfersPage, (server) => {
      server.uploads = [unfinishedUpload(), unfinishedUpload({ name: 'over.mov', state: 'expired', expiresAt: null })];
    });
    await shows('film.mov');
    const select = element.querySelector<HTMLSelectElement>('#filter-state');
    if (select === null) throw new Error('There is no choice of states.');
    select.value = 'expired';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await shows('over.mov');
    expect(backend.calls.at(-1)).toContain('state=expired');
    expect(element.textContent).not.toContain('Purge');
  });

  it('are refused to those who are no admins, in words', async () => {
    const { shows, element } = await stage(AllTransfersPage, (server) => {
      server.refusals.set('GET /api/uploads', 'not-permitted');
    });
    await shows('Only admins see the uploads of everybody.');
    expect(element.querySelector('form')).toBeNull();
  });

  it('are purged only after it was said what would go', async () => {
    const { backend, control, shows } = await stage(AllTransfersPage, (server) => {
      server.uploads = [unfinishedUpload(), unfinishedUpload({ name: 'moving.mov', active: true })];
    });
    await shows('film.mov');
    control('Purge…').click();
    await shows('1 upload would go.');
    await shows('1 stays, because it moves.');
    expect(backend.uploads).toHaveLength(2);
    control('Remove 1 upload').click();
    await until(() => TestBed.inject(Announcer).polite().startsWith('1 upload removed'));
    expect(backend.uploads.map(({ name }) => name)).toEqual(['moving.mov']);
    expect(backend.wishes.map((wish) => JSON.parse(wish) as object)).toEqual([
      { scope: 'all', idleFor: 86_400, dryRun: true },
      { scope: 'all', idleFor: 86_400, dryRun: false },
    ]);
  });

  it('that cannot be counted are not purged', async () => {
    const { control, shows, element } = await stage(AllTransfersPage, (server) => {
      server.uploads = [unfinishedUpload()];
      server.refusals.set('POST /api/uploads/purge', 'internal');
    });
    await shows('film.mov');
    control('Purge…').click();
    await shows('It is not known what would go.');
    expect(element.querySelector('.dialog .danger')).toBeNull();
  });
});

describe('one upload', () => {
  it('says what is missing, as a picture and as a table', async () => {
    const upload = unfinishedUpload();
    const { element, shows } = await uploadPage(upload.id, (server) => {
      server.uploads = [upload];
      server.gaps.set(upload.id, [{ start: 0, end: 8_000_000 }]);
    });
    await shows('Waiting for the rest of its bytes.');
    expect(element.querySelector('[role=img]')?.getAttribute('aria-label')).toContain('1 part missing');
    const cells = Array.from(element.querySelectorAll('td'), (cell) => cell.textContent?.replaceAll('\u00a0', ' '));
    expect(cells).toEqual(['0', '7,999,999', '8 MB']);
  });

  it('is kept longer', async () => {
    const upload = unfinishedUpload();
    const { control, shows } = await uploadPage(upload.id, (server) => (server.uploads = [upload]));
    await shows('film.mov');
    control('Keep film.mov longer').click();
    await until(() => TestBed.inject(Announcer).polite().startsWith('film.mov is kept until '));
  });

  it('that is not there says so', async () => {
    const { shows } = await uploadPage('u'.repeat(22), () => undefined);
    await shows('There is no such upload.');
  });
});
