import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { UploadList, UploadState } from '@stowage/contract';
import { Repository } from 'typeorm';
import { printCursor, type Cursor } from '../platform/http/cursor.js';
import { Upload } from './entities/upload.entity.js';
import { toSummary } from './upload-view.js';

/** What a list is narrowed to. */
export interface UploadFilter {
  readonly states: readonly UploadState[];
  /** Key that the client gave it, e.g. a `dzuuid`; null for all. */
  readonly clientKey: string | null;
}

/** Reads lists of uploads. */
@Injectable()
export class UploadListing {
  constructor(@InjectRepository(Upload) private readonly uploads: Repository<Upload>) {}

  /** A page of an owner's uploads, newest first. */
  async page(owner: string, filter: UploadFilter, limit: number, after: Cursor | null): Promise<UploadList> {
    const query = this.uploads
      .createQueryBuilder('u')
      .addSelect(`(u.created_at AT TIME ZONE 'UTC')::text || '+00'`, 'cursor_at')
      .where('u.owner = :owner', { owner })
      .orderBy('u.created_at', 'DESC')
      .addOrderBy('u.id', 'DESC')
      .limit(limit + 1);
    if (filter.states.length > 0) query.andWhere('u.state IN (:...states)', { states: filter.states });
    if (filter.clientKey !== null) query.andWhere('u.client_key = :key', { key: filter.clientKey });
    if (after !== null)
      query.andWhere('(u.created_at, u.id) < (:at::timestamptz, :id)', { at: after.createdAt, id: after.id });
    const { entities, raw } = await query.getRawAndEntities<{ cursor_at: string }>();
    const shown = entities.slice(0, limit);
    const last = shown.at(-1);
    const cursorAt = raw[limit - 1]?.cursor_at;
    return {
      uploads: shown.map(toSummary),
      next:
        entities.length > limit && last !== undefined && cursorAt !== undefined
          ? printCursor({ createdAt: cursorAt, id: last.id })
          : null,
    };
  }
}
