import { spaceListSchema, spaceSchema, type Space, type SpaceRole } from '@stowage/contract';
import type { Answer, Ask } from './http.js';
import type { Visitor } from './visitor.js';

/** Anything that asks the server. */
export interface Asker {
  send(path: string, ask?: Ask): Promise<Answer>;
}

/** The spaces that somebody is in; tests make fewer than a page of them. */
export async function spacesOf(asker: Asker): Promise<Space[]> {
  return (await asker.send('/api/spaces?limit=200')).as(spaceListSchema).spaces;
}

/** Somebody's own space. */
export async function ownSpace(visitor: Visitor): Promise<Space> {
  const own = (await spacesOf(visitor)).find(({ kind }) => kind === 'personal');
  if (own === undefined) throw new Error('There is no personal space.');
  return own;
}

/** Makes the space of a team. */
export async function newSpace(admin: Visitor, name: string): Promise<Space> {
  const answer = await admin.sendJson('POST', '/api/spaces', { name });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return answer.as(spaceSchema);
}

/** Makes somebody what they are to be in a space; null: no member. */
export async function setRole(
  admin: Visitor,
  space: string,
  { id, name }: { readonly id: string; readonly name: string },
  role: SpaceRole | null,
): Promise<void> {
  const members = `/api/spaces/${space}/members`;
  const removed = await admin.send(`${members}/${id}`, { method: 'DELETE' });
  if (removed.status !== 204 && removed.status !== 404) throw new Error(removed.text);
  if (role === null) return;
  const added = await admin.sendJson('POST', members, { name, role });
  if (added.status !== 201) throw new Error(added.text);
}
