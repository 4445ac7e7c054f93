import { describe, expect, it } from '@jest/globals';
import { checkNewPassword } from './password-policy.js';

const refused = (password: string, name = 'Maria') =>
  checkNewPassword(password, name).then(
    () => null,
    (error: unknown) => (error as { code: string }).code,
  );

describe('a new password', () => {
  it.each([
    'a walrus in the kitchen',
    'ähnlich😀😀😀',
    '8 chars!',
    'x'.repeat(1024),
    ' with blanks ',
    'maria likes walruses',
    'PaSsWoRd, but longer',
  ])('may be %j', async (password) => {
    expect(await refused(password)).toBeNull();
  });

  it.each([
    ...['', '7 chars', '😀😀😀😀', 'x'.repeat(1025), 'é'.repeat(513)],
    ...['password', 'Password1', 'PASSWORD123', 'qwertyuiop', '123456789', 'iloveyou', 'sunshine1'],
    ...['mariamaria', 'MARIA-maria', 'maria1maria', 'stowage1', 'StowageStowage!', '\ud800longenough'],
  ])('may not be %j', async (password) => {
    expect(await refused(password)).toBe('password-refused');
  });

  it('is compared with the name in whatever form', async () => {
    expect(await refused('e\u0301lodie-1', 'Élodie')).toBe('password-refused');
  });
});
