import type { AddMember, ChangeMember, ChangeSpace, CreateSpace, Member, Space, StoredFile } from '@stowage/contract';
import { pageOf, refusal, response } from './fake-answers.js';
import { SPACE, storedMember, storedSpace } from './stored-things.js';

/** The spaces of a server in memory. At first there is Maria's own. */
export class FakeSpaces {
  spaces: Space[] = [storedSpace({ id: SPACE, kind: 'personal', name: 'Maria' })];
  /** Spaces that Maria is not in; admins see them. */
  foreign: Space[] = [];
  /** Who is in the spaces of teams, by their ids. */
  readonly members = new Map<string, Member[]>();

  /** @param files what is in the spaces */
  constructor(private readonly files: () => readonly StoredFile[]) {}

  /** Names of all spaces by their ids. */
  roots(): ReadonlyMap<string, string> {
    return new Map([...this.spaces, ...this.foreign].map(({ id, name }) => [id, name]));
  }

  answer(call: string, body: unknown, pageSize: number): Response {
    const [method = '', address = ''] = call.split(' ');
    const [path = ''] = address.split('?');
    if (path === '/api/admin/spaces') return pageOf('spaces', [...this.spaces, ...this.foreign], call, pageSize);
    if (path === '/api/spaces' && method === 'GET')
      return pageOf('spaces', this.spaces.map(this.withUse), call, pageSize);
    const wanted: unknown = typeof body === 'string' ? JSON.parse(body) : {};
    if (path === '/api/spaces') return this.#create(wanted as CreateSpace);
    const [, , , id = '', what, account] = path.split('/');
    const space = [...this.spaces, ...this.foreign].find((one) => one.id === id);
    if (space === undefined) return refusal('space-not-found');
    if (what === 'membership') return this.#leave(id);
    if (what === 'members') return this.#ofMembers(call, id, account, wanted, pageSize);
    if (method === 'PATCH') return this.#change(space, wanted as ChangeSpace);
    return response(200, JSON.stringify(this.withUse(space)));
  }

  private readonly withUse = (space: Space): Space => ({
    ...space,
    used: this.files().reduce((sum, file) => sum + (file.space === space.id ? file.size : 0), 0),
  });

  #create({ name }: CreateSpace): Response {
    const space = storedSpace({ name });
    this.spaces.push(space);
    return response(201, JSON.stringify(space));
  }

  #change(space: Space, { name, quota, policy }: ChangeSpace): Response {
    const changed = {
      ...space,
      ...(name === undefined ? {} : { name }),
      ...(quota === undefined ? {} : { quota: quota === 'default' ? null : quota, quotaChosen: quota !== 'default' }),
      policy: Object.assign({ ...space.policy }, policy),
    };
    const replace = (one: Space): Space => (one.id === space.id ? changed : one);
    this.spaces = this.spaces.map(replace);
    this.foreign = this.foreign.map(replace);
    return response(200, JSON.stringify(this.withUse(changed)));
  }

  #leave(id: string): Response {
    this.spaces = this.spaces.filter((space) => space.id !== id);
    return response(204, '');
  }

  #ofMembers(call: string, id: string, account: string | undefined, wanted: unknown, pageSize: number): Response {
    const members = this.members.get(id) ?? [];
    if (call.startsWith('GET')) return pageOf('members', members, call, pageSize);
    if (account === undefined) {
      const member = storedMember(wanted as AddMember);
      this.members.set(id, [...members, member]);
      return response(201, JSON.stringify(member));
    }
    if (call.startsWith('DELETE')) {
      this.members.set(
        id,
        members.filter((member) => member.account !== account),
      );
      return response(204, '');
    }
    const { role } = wanted as ChangeMember;
    const changed = members.map((member) => (member.account === account ? { ...member, role } : member));
    this.members.set(id, changed);
    return response(200, JSON.stringify(changed.find((member) => member.account === account)));
  }
}
