import { Injectable, inject } from '@angular/core';
import type { Space } from '@stowage/contract';
import { say } from '../language/say.js';
import { API } from '../session/server.js';
import { PagedList } from '../ui/paged-list.js';

/** The spaces of whoever looks, their own first. */
@Injectable({ providedIn: 'root' })
export class Spaces {
  private readonly api = inject(API);

  readonly list = new PagedList<Space>(async (cursor, signal) => {
    const { spaces, next } = await this.api.spaces.list({ cursor }, signal);
    return { items: spaces, next };
  });

  /** What the page calls a space, as far as it is known; in a sentence. */
  nameOf(id: string): string {
    const space = this.list.items().find((candidate) => candidate.id === id);
    return space === undefined ? say('spaces.name.another') : spaceName(space);
  }
}

/** What the page calls a space. */
export function spaceName({ name, kind, role }: Space): string {
  if (kind === 'team') return name;
  return role === null ? say('spaces.name.of', { name }) : say('spaces.name.mine');
}

/** The address of a space in the page; one's own is where everybody begins. */
export function spaceLink({ id, kind, role }: Space): string {
  return kind === 'personal' && role !== null ? '/' : `/spaces/${id}`;
}
