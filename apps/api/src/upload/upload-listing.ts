import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { UPLOAD_STATES, type UploadList, type UploadState } from '@stowage/contract';
import { Repository } from 'typeorm';
import { printCursor, type Cursor } from '../platform/http/cursor.js';
import { Upload } from './entities/upload.entity.js';
import { UploadLeases } from './upload-leases.js';
import { toSummary } from './upload-view.js';

/** What a list is narrowed to. */
export interface UploadFilter {
  /** None: all. */
  readonly states: readonly UploadState[];
  /** Ids of the only spaces whose uploads are listed; null: all. */
  readonly spaces: readonly string[] | null;
  /** Key that the client gave it, e.g. a `dzuuid`; null for all. */
  readonly clientKey: string | null;
}

const CURSOR = '(:at::timestamptz, :id)';

/**
 * Enough of each owner and state, each read from its newest on, and the newest of these. With a plain `state IN (…)` a page
 * of the few that are unfinished could mean reading all that have ended.
 */
function newestOf(after: Cursor | null, ofSpaces: boolean): string {
  return `(SELECT p.id FROM unnest(:owners::text[]) AS whose (owner) CROSS JOIN unnest(:states::text[]) AS wanted (state)
    CROSS JOIN LATERAL (
    SELECT l.id, l.created_at FROM uploads l
    WHERE l.owner = whose.owner AND l.state = wanted.state COLLATE "C" ${after === null ? '' : `AND (l.created_at, l.id) < ${CURSOR}`}
      ${ofSpaces ? 'AND l.space_id = ANY(:spaces::text[])' : ''}
    ORDER BY l.created_at DESC, l.id DESC LIMIT :most) p ORDER BY p.created_at DESC, p.id DESC LIMIT :most)`;
}

/** Reads lists of uploads. */
@Injectable()
export class UploadListing {
  constructor(
    @InjectRepository(Upload) private readonly uploads: Repository<Upload>,
    private readonly leases: UploadLeases,
  ) {}

  /** A page of the uploads of one or few owners, newest first. */
  async page(
    owners: readonly string[],
    filter: UploadFilter,
    limit: number,
    after: Cursor | null,
  ): Promise<UploadList> {
    const { clientKey, spaces } = filter;
    const states = filter.states.length > 0 ? [...new Set(filter.states)] : [...UPLOAD_STATES];
    const query = this.uploads
      .createQueryBuilder('u')
      .addSelect(`(u.created_at AT TIME ZONE 'UTC')::text || '+00'`, 'cursor_at')
      .orderBy('u.created_at', 'DESC')
      .addOrderBy('u.id', 'DESC')
      .limit(limit + 1)
      .setParameters({ owners, states, spaces, key: clientKey, most: limit + 1, at: after?.createdAt, id: after?.id });
    if (clientKey === null) query.innerJoin(newestOf(after, spaces !== null), 'newest', 'newest.id = u.id');
    else {
      query.where('u.owner = ANY(:owners::text[]) AND u.client_key = :key AND u.state = ANY(:states::text[])');
      if (spaces !== null) query.andWhere('u.space_id = ANY(:spaces::text[])');
      if (after !== null) query.andWhere(`(u.created_at, u.id) < ${CURSOR}`);
    }
    const { entities, raw } = await query.getRawAndEntities<{ cursor_at: string }>();
    const shown = entities.slice(0, limit);
    const last = shown.at(-1);
    const cursorAt = raw[limit - 1]?.cursor_at;
    return {
      uploads: shown.map((upload) => toSummary(upload, this.leases.isHeld(upload.id))),
      next:
        entities.length > limit && last !== undefined && cursorAt !== undefined
          ? printCursor({ createdAt: cursorAt, id: last.id })
          : null,
    };
  }
}
