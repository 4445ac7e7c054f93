import { describe, expect, it } from '@jest/globals';
import { createApiTokenSchema } from './api-tokens.js';
import { changeSpaceSchema, spaceNameFault } from './spaces.js';

describe('the name of a space', () => {
  it.each(['Film', 'Ä', 'x'.repeat(64), 'film & sound (2026)'])('can be %j', (name) => {
    expect(spaceNameFault(name)).toBeNull();
  });

  it.each(['', ' Film', 'Film ', 'x'.repeat(65), 'a/b', '..', 'a\0'])('cannot be %j', (name) => {
    expect(spaceNameFault(name)).not.toBeNull();
  });
});

describe('a change of a space', () => {
  it.each([{ name: 'x' }, { quota: 1 }, { quota: null }, { quota: 'default' }, { name: 'x', quota: 5 }])(
    'can be %j',
    (changes) => expect(changeSpaceSchema.safeParse(changes).success).toBe(true),
  );

  it.each([{}, { quota: 0 }, { quota: 1.5 }, { quota: 'none' }, { used: 1 }, { quota: 2 ** 53 }])(
    'cannot be %j',
    (changes) => expect(changeSpaceSchema.safeParse(changes).success).toBe(false),
  );
});

describe('a token for some spaces', () => {
  const wish = { name: 'x', scopes: ['files:read'], expiresAt: null };
  const id = 'A'.repeat(22);

  it('names each once; one that names none is for all', () => {
    expect(createApiTokenSchema.parse(wish).spaces).toBeNull();
    expect(createApiTokenSchema.parse({ ...wish, spaces: [id, id] }).spaces).toEqual([id]);
    for (const spaces of [[], ['x'], Array(101).fill(id)]) {
      expect(createApiTokenSchema.safeParse({ ...wish, spaces }).success).toBe(false);
    }
  });
});
