import { describe, expect, it } from '@jest/globals';
import { SPACE, type FakeBackend } from '../../../test/fake-backend.js';
import { stage } from '../../../test/page.js';
import { UploadPasswordForm } from './upload-password-form.js';

async function form(prepare = (_: FakeBackend): void => undefined) {
  const built = await stage(UploadPasswordForm, (server) => prepare(server), { folder: SPACE });
  const fill = (password: string): void => {
    const field = built.element.querySelector<HTMLInputElement>('input');
    if (field !== null) field.value = password;
    built.element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
  };
  return { ...built, fill };
}

describe('the password for uploads of a folder', () => {
  it('is set and removed by those who manage it', async () => {
    const { backend, control, fill, shows } = await form();
    await shows('want no password');
    fill('a walrus in the kitchen');
    await shows('has to give its password');
    expect(backend.links.uploadPasswords.get(SPACE)).toBe('a walrus in the kitchen');
    control('Remove password').click();
    await shows('want no password');
    expect(backend.links.uploadPasswords.size).toBe(0);
  });

  it('is refused while it is empty or too short, before the server is asked', async () => {
    const { backend, fill, shows } = await form();
    await shows('want no password');
    fill('');
    await shows('Enter a password.');
    fill('short');
    await shows('A password has');
    expect(backend.calls.some((call) => call.startsWith('PUT'))).toBe(false);
    backend.refusals.set('PUT', 'password-refused');
    fill('password1234567');
    await shows('Detail of password-refused.');
  });

  it('says when it could not be read', async () => {
    const { backend, control, shows } = await form((server) => server.refusals.set('GET /api/entries', 'internal'));
    await shows('It could not be read whether uploads want a password.');
    backend.refusals.clear();
    control('Try again').click();
    await shows('want no password');
  });
});
