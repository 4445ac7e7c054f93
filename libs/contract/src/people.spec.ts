import { describe, expect, it } from '@jest/globals';
import { changePersonSchema, inviteSchema, useLinkSchema } from './people.js';
import { PERMISSIONS, ROLE_PERMISSIONS } from './permissions.js';

describe('requests about other people', () => {
  it('have exactly their members', () => {
    const invite = { name: 'Adam', role: 'member' };
    expect(inviteSchema.safeParse(invite).success).toBe(true);
    for (const wrong of [{ ...invite, id: 'x' }, { ...invite, role: 'owner' }, { name: 'Adam' }]) {
      expect(inviteSchema.safeParse(wrong).success).toBe(false);
    }
    expect(useLinkSchema.safeParse({ token: 'x', password: 'y', name: 'z' }).success).toBe(false);
  });

  it('change something', () => {
    expect(changePersonSchema.safeParse({ disabled: false }).success).toBe(true);
    for (const wrong of [{}, { name: 'Adam' }, { disabled: 'no' }]) {
      expect(changePersonSchema.safeParse(wrong).success).toBe(false);
    }
  });
});

describe('roles', () => {
  it('differ in who manages the server', () => {
    expect(ROLE_PERMISSIONS.admin).toEqual(PERMISSIONS);
    expect(ROLE_PERMISSIONS.member).toEqual([
      'self',
      'own-account',
      'space:manage',
      'uploads:write',
      'files:read',
      'files:write',
    ]);
  });
});
