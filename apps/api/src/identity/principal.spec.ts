import { describe, expect, it } from '@jest/globals';
import {
  PERMISSIONS,
  SPACE_ROLE_PERMISSIONS,
  SPACE_ROLES,
  type LinkKind,
  type Role,
  type SpaceRole,
} from '@stowage/contract';
import type { KnownLink } from './known-link.js';
import {
  SHARED_OWNER,
  accountIdOf,
  accountOf,
  membershipsOf,
  ownerOf,
  permits,
  permitsIn,
  roleIn,
  type Principal,
} from './principal.js';

const memberships = {
  roles: { mine: 'manager', one: 'viewer', two: 'contributor', three: 'editor' } as Record<string, SpaceRole>,
  personal: 'mine',
};
const account = (role: Role): Principal => ({
  ...{ access: 'account', session: 's', account: { id: 'id', name: 'Maria', role }, memberships },
});
const program = (spaces: string[] | null, role: Role = 'member'): Principal => ({
  ...{ access: 'api-token', session: null, account: { id: 'id', name: 'Maria', role }, memberships, spaces },
  scopes: role === 'admin' ? ['admin', 'files:read'] : ['files:read'],
});
const grant = (of: typeof memberships | null, isAdmin = false): Principal => ({
  ...{ access: 'grant', session: null, upload: 'u', owner: 'id', isAdmin, memberships: of },
});

describe('what somebody is in a space', () => {
  it('is what its members were made', () => {
    expect(['mine', 'one', 'two', 'three', 'foreign'].map((space) => roleIn(account('member'), space))).toEqual([
      ...['manager', 'viewer', 'contributor', 'editor', null],
    ]);
    // What every object has is no membership.
    for (const name of ['constructor', '__proto__', 'toString']) expect(roleIn(account('member'), name)).toBeNull();
  });

  it('is manager for those who manage the server', () => {
    expect(['one', 'foreign'].map((space) => roleIn(account('admin'), space))).toEqual(['manager', 'manager']);
    expect(roleIn({ access: 'open', session: null }, 'any')).toBe('manager');
    expect(roleIn({ access: 'token', session: null }, 'any')).toBe('manager');
    expect(roleIn(program(null, 'admin'), 'foreign')).toBe('manager');
  });

  it('is nothing for a token where it is not for', () => {
    expect(['mine', 'one', 'foreign'].map((space) => roleIn(program(['one', 'foreign']), space))).toEqual([
      ...[null, 'viewer', null],
    ]);
    expect(membershipsOf(program(['one', 'foreign']))).toEqual({ roles: { one: 'viewer' }, personal: null });
    expect(membershipsOf(program(null))).toEqual(memberships);
    expect(membershipsOf(program(['mine']))?.personal).toBe('mine');
  });

  it('is no more than to upload for whoever goes on with one upload', () => {
    expect(roleIn(grant(memberships), 'three')).toBe('editor');
    expect(roleIn(grant(memberships), 'foreign')).toBeNull();
    expect([roleIn(grant(null), 'any'), roleIn(grant(memberships, true), 'any')]).toEqual([
      ...['contributor', 'contributor'],
    ]);
    expect(PERMISSIONS.filter((permission) => permitsIn(grant(memberships), permission, 'three'))).toEqual([
      ...['self', 'uploads:write'],
    ]);
  });
});

describe('whoever holds a link', () => {
  const link = (kind: LinkKind): KnownLink => ({
    ...{ id: 'link', slug: 's', kind, space: 'one', entry: 'e', title: '', note: '', expiresAt: null },
    ...{ maxDownloads: null, downloads: 0, maxUploads: null, uploads: 0, maxFileSize: null },
    ...{ allowedExtensions: null, askName: false },
  });
  const holder = (kind: LinkKind, open: boolean): Principal => ({
    access: 'link',
    session: null,
    link: link(kind),
    open,
  });

  it('may upload into the space of an open request, and nothing else anywhere', () => {
    const inSpace = (principal: Principal, space: string) =>
      PERMISSIONS.filter((permission) => permitsIn(principal, permission, space));
    expect(inSpace(holder('request', true), 'one')).toEqual(['uploads:write']);
    for (const [principal, space] of [
      [holder('request', true), 'two'],
      [holder('request', false), 'one'],
      [holder('share', true), 'one'],
      [holder('share', false), 'one'],
    ] as const) {
      expect(inSpace(principal, space)).toEqual([]);
      expect(roleIn(principal, space)).toBeNull();
    }
    expect(PERMISSIONS.filter((permission) => permits(holder('share', true), permission))).toEqual([]);
  });

  it('has no account and is in no space, and their uploads belong to the link', () => {
    const principal = holder('request', true);
    expect([accountOf(principal), membershipsOf(principal)]).toEqual([null, { roles: {}, personal: null }]);
    expect(ownerOf(principal)).toBe('link:link');
    expect([accountIdOf('link:link'), accountIdOf(SHARED_OWNER), accountIdOf('id')]).toEqual([null, null, 'id']);
  });
});

describe('what somebody may do in a space', () => {
  it('needs both the role there and the permission at all', () => {
    const inSpace = (principal: Principal, space: string) =>
      PERMISSIONS.filter((permission) => permitsIn(principal, permission, space));
    expect(inSpace(account('member'), 'three')).toEqual(['self', 'uploads:write', 'files:read', 'files:write']);
    expect(inSpace(account('member'), 'mine')).toContain('space:manage');
    expect(inSpace(program(null), 'three')).toEqual(['self', 'files:read']);
    expect(inSpace(program(null, 'admin'), 'foreign')).toEqual(['self', 'space:manage', 'files:read']);
    expect(inSpace(account('member'), 'foreign')).toEqual([]);
  });

  it('grows with the role', () => {
    for (const [index, role] of SPACE_ROLES.slice(1).entries()) {
      const smaller = SPACE_ROLE_PERMISSIONS[SPACE_ROLES[index] ?? 'viewer'];
      expect(SPACE_ROLE_PERMISSIONS[role]).toEqual(expect.arrayContaining([...smaller]));
      expect(SPACE_ROLE_PERMISSIONS[role].length).toBe(smaller.length + 1);
    }
  });
});
