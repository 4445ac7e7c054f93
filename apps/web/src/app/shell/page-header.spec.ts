import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { MARIA } from '../../../test/fake-backend.js';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Connection } from '../session/connection.js';
import { Session } from '../session/session.js';
import { Announcer } from './announcer.js';
import { PageHeader } from './page-header.js';

describe('the header', () => {
  it('says whether the server answers', async () => {
    const { shows } = await stage(PageHeader);
    const connection = TestBed.inject(Connection);
    await shows('Online');
    connection.contact(false);
    await shows('Server does not answer');
    window.dispatchEvent(new Event('offline'));
    await shows('No network');
    window.dispatchEvent(new Event('online'));
    connection.contact(true);
    await shows('Online');
  });

  it('lets those out who came in', async () => {
    const { backend, text, control, shows, hides } = await stage(PageHeader);
    const session = TestBed.inject(Session);
    session.granted({ access: 'open', account: null, signedIn: false });
    expect(text()).not.toContain('Sign out');
    session.granted({ access: 'token', account: null, signedIn: true });
    await shows('Access tokenSign out');
    session.granted(MARIA);
    await shows('MariaSign out');
    expect(control('Settings of Maria').getAttribute('href')).toBe('/settings/security');
    backend.refusals.set('DELETE /api/session', 'network');
    control('Sign out').click();
    await until(() => TestBed.inject(Announcer).assertive() !== '');
    backend.refusals.clear();
    control('Sign out').click();
    await hides('Sign out');
    expect(backend.calls).toContain('DELETE /api/session');
  });
});
