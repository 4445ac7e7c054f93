import {
  type AddMember,
  type ChangeSpace,
  type CreateSpace,
  type Member,
  type MemberList,
  type Space,
  type SpaceList,
  type SpaceRole,
  memberListSchema,
  memberSchema,
  spaceListSchema,
  spaceSchema,
} from '@stowage/contract';
import { type Caller, type PageQuery, search } from './api-call.js';

/** Spaces, and who is in them. */
export class SpacesApi {
  constructor(private readonly caller: Caller) {}

  /** `GET /api/spaces`: those that one is in, one's own first. */
  list(query: PageQuery = {}, signal?: AbortSignal): Promise<SpaceList> {
    return this.caller.read(spaceListSchema, { method: 'GET', path: `/api/spaces${search({ ...query })}`, signal });
  }

  /** `GET /api/admin/spaces`: all, those of teams first. */
  listAll(query: PageQuery = {}, signal?: AbortSignal): Promise<SpaceList> {
    const path = `/api/admin/spaces${search({ ...query })}`;
    return this.caller.read(spaceListSchema, { method: 'GET', path, signal });
  }

  /** `GET /api/spaces/{id}` */
  get(id: string, signal?: AbortSignal): Promise<Space> {
    return this.caller.read(spaceSchema, { method: 'GET', path: addressOf(id), signal });
  }

  /** `POST /api/spaces`: makes the space of a team. */
  create(wanted: CreateSpace): Promise<Space> {
    return this.caller.read(spaceSchema, { method: 'POST', path: '/api/spaces', body: wanted });
  }

  /** `PATCH /api/spaces/{id}` */
  change(id: string, changes: ChangeSpace): Promise<Space> {
    return this.caller.read(spaceSchema, { method: 'PATCH', path: addressOf(id), body: changes });
  }

  /** `GET /api/spaces/{id}/members`, by name. */
  listMembers(id: string, query: PageQuery = {}, signal?: AbortSignal): Promise<MemberList> {
    const path = `${addressOf(id)}/members${search({ ...query })}`;
    return this.caller.read(memberListSchema, { method: 'GET', path, signal });
  }

  /** `POST /api/spaces/{id}/members`: lets an account in, by its name. */
  addMember(id: string, wanted: AddMember): Promise<Member> {
    return this.caller.read(memberSchema, { method: 'POST', path: `${addressOf(id)}/members`, body: wanted });
  }

  /** `PATCH /api/spaces/{id}/members/{account}` */
  changeMember(id: string, account: string, role: SpaceRole): Promise<Member> {
    return this.caller.read(memberSchema, { method: 'PATCH', path: memberOf(id, account), body: { role } });
  }

  /** `DELETE /api/spaces/{id}/members/{account}` */
  async removeMember(id: string, account: string): Promise<void> {
    await this.caller.call({ method: 'DELETE', path: memberOf(id, account) });
  }

  /** `DELETE /api/spaces/{id}/membership`: leaves it. */
  async leave(id: string): Promise<void> {
    await this.caller.call({ method: 'DELETE', path: `${addressOf(id)}/membership` });
  }
}

function addressOf(id: string): string {
  return `/api/spaces/${encodeURIComponent(id)}`;
}

function memberOf(id: string, account: string): string {
  return `${addressOf(id)}/members/${encodeURIComponent(account)}`;
}
