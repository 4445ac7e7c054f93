import { describe, expect, it, jest } from '@jest/globals';
import { NO_POLICY } from '@stowage/contract';
import { ApiClient } from './api-client.js';

const SPACE = {
  ...{
    id: 's'.repeat(22),
    name: 'Film',
    kind: 'team',
    role: 'manager',
    quota: null,
    quotaChosen: false,
    policy: NO_POLICY,
  },
  ...{ used: 5, reserved: 0, createdAt: '2026-01-02T03:04:05.000Z' },
};
const MEMBER = { account: 'a'.repeat(22), name: 'Adam', role: 'viewer', createdAt: '2026-01-02T03:04:05.000Z' };
const LIST = { spaces: [SPACE], next: null };

/** A client of a server that answers everything alike, and what it is asked. */
function answering(answer: unknown) {
  const fetch = jest.fn<typeof globalThis.fetch>().mockImplementation(async () => Response.json(answer));
  const last = () => {
    const [address, init] = fetch.mock.calls.at(-1) ?? [];
    return [init?.method, address, init?.body];
  };
  return { spaces: new ApiClient({ fetch }).spaces, last };
}

describe('the client of spaces', () => {
  it('lists them', async () => {
    const { spaces, last } = answering(LIST);
    await expect(spaces.list({ cursor: 'x', limit: 5 })).resolves.toEqual(LIST);
    expect(last()).toEqual(['GET', '/api/spaces?cursor=x&limit=5', undefined]);
    await expect(spaces.listAll()).resolves.toEqual(LIST);
    expect(last()).toEqual(['GET', '/api/admin/spaces', undefined]);
  });

  it('reads, makes and changes one', async () => {
    const { spaces, last } = answering(SPACE);
    await expect(spaces.get('a/b')).resolves.toEqual(SPACE);
    expect(last()).toEqual(['GET', '/api/spaces/a%2Fb', undefined]);
    await expect(spaces.create({ name: 'Film' })).resolves.toEqual(SPACE);
    expect(last()).toEqual(['POST', '/api/spaces', '{"name":"Film"}']);
    await expect(spaces.change('x', { quota: null })).resolves.toEqual(SPACE);
    expect(last()).toEqual(['PATCH', '/api/spaces/x', '{"quota":null}']);
  });

  it('says who is in one', async () => {
    const { spaces, last } = answering({ members: [MEMBER], next: null });
    await expect(spaces.listMembers('x', { cursor: 'y' })).resolves.toMatchObject({ members: [MEMBER] });
    expect(last()).toEqual(['GET', '/api/spaces/x/members?cursor=y', undefined]);
    const one = answering(MEMBER);
    await expect(one.spaces.addMember('x', { name: 'Adam', role: 'viewer' })).resolves.toEqual(MEMBER);
    expect(one.last()).toEqual(['POST', '/api/spaces/x/members', '{"name":"Adam","role":"viewer"}']);
    await expect(one.spaces.changeMember('x', 'y', 'editor')).resolves.toEqual(MEMBER);
    expect(one.last()).toEqual(['PATCH', '/api/spaces/x/members/y', '{"role":"editor"}']);
    await one.spaces.removeMember('x', 'y');
    expect(one.last()).toEqual(['DELETE', '/api/spaces/x/members/y', undefined]);
    await one.spaces.leave('x');
    expect(one.last()).toEqual(['DELETE', '/api/spaces/x/membership', undefined]);
  });

  it('refuses an answer that the contract does not describe', async () => {
    const { spaces } = answering({ ...SPACE, role: 'owner' });
    await expect(spaces.get('x')).rejects.toMatchObject({ code: 'unexpected-answer' });
  });
});
