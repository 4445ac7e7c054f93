import { describe, expect, it } from '@jest/globals';
import { createApiTokenSchema } from './api-tokens.js';

const WANTED = { name: 'nightly backup', scopes: ['files:read'], expiresAt: null };

describe('a request for a token', () => {
  it.each([
    {},
    { name: '  padded  ' },
    { scopes: ['uploads:write', 'files:read', 'files:write', 'admin'] },
    { expiresAt: '2027-01-01T00:00:00.000Z' },
  ])('may have %j', (more) => {
    expect(createApiTokenSchema.safeParse({ ...WANTED, ...more }).success).toBe(true);
  });

  it.each([
    { name: '' },
    { name: ' ' },
    { name: 'x'.repeat(65) },
    { name: 'a\nb' },
    { scopes: [] },
    { scopes: ['self'] },
    { scopes: 'files:read' },
    { expiresAt: 'tomorrow' },
    { expiresAt: undefined },
    { secret: 'mine' },
  ])('may not have %j', (more) => {
    expect(createApiTokenSchema.safeParse({ ...WANTED, ...more }).success).toBe(false);
  });

  it('counts a scope once', () => {
    expect(createApiTokenSchema.parse({ ...WANTED, scopes: ['files:read', 'files:read'] }).scopes).toEqual([
      'files:read',
    ]);
  });
});
