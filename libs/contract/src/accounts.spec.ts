import { describe, expect, it } from '@jest/globals';
import { accountNameFault, passwordLengthFault, setUpSchema, signInSchema } from './accounts.js';

describe('the name of an account', () => {
  it.each(['Maria', 'maria@example.org', 'Maria von H.', 'мария', 'x'.repeat(64)])('may be %j', (name) => {
    expect(accountNameFault(name)).toBeNull();
  });

  it.each(['', ' Maria', 'Maria ', ' ', 'a/b', 'a\\b', 'a\u0000b', '..', 'x'.repeat(65), '\ud800'])(
    'may not be %j',
    (name) => {
      expect(accountNameFault(name)).not.toBeNull();
    },
  );
});

describe('the length of a password', () => {
  it.each([
    ['8 characters', true],
    ['7 chars', false],
    ['😀😀😀😀', false],
    ['😀'.repeat(8), true],
    ['é'.repeat(512), true],
    ['é'.repeat(513), false],
  ])('%j is enough and not too much: %s', (password, fits) => {
    expect(passwordLengthFault(password) === null).toBe(fits);
  });
});

describe('requests about people', () => {
  it('have exactly their members', () => {
    const signIn = { name: 'Maria', password: '' };
    expect(signInSchema.safeParse(signIn).success).toBe(true);
    for (const wrong of [{ ...signIn, role: 'admin' }, { name: 'Maria' }, { ...signIn, password: 'x'.repeat(1025) }]) {
      expect(signInSchema.safeParse(wrong).success).toBe(false);
    }
    expect(setUpSchema.safeParse({ ...signIn, token: 'x'.repeat(129) }).success).toBe(false);
  });
});
