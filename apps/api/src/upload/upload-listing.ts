import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { UploadList } from '@stowage/contract';
import { DataSource, Repository } from 'typeorm';
import { accountNames } from '../identity/account-names.js';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { printCursor, type Cursor } from '../platform/http/cursor.js';
import { Upload } from './entities/upload.entity.js';
import { UNFINISHED, eachOf, parametersOf, queryNamed, statesOf, type UploadFilter } from './upload-filter.js';
import { UploadLeases } from './upload-leases.js';
import { isFinal } from './upload-states.js';
import { toSummary } from './upload-view.js';

type Totals = Pick<UploadList, 'total' | 'bytes'>;

/** Enough of each owner or space and each state, and the newest of these. */
function newestOf(filter: UploadFilter, after: Cursor | null): string {
  const beyond = after === null ? '' : 'AND (l.created_at, l.id) < (:at::timestamptz, :id)';
  const most = `${beyond} ORDER BY l.created_at DESC, l.id DESC LIMIT :most`;
  return `(SELECT p.id ${eachOf(filter, 'l.id, l.created_at', most)} ORDER BY p.created_at DESC, p.id DESC LIMIT :most)`;
}

/** Reads lists of uploads. */
@Injectable()
export class UploadListing {
  constructor(
    @InjectRepository(Upload) private readonly uploads: Repository<Upload>,
    private readonly leases: UploadLeases,
    private readonly database: DataSource,
  ) {}

  /** A page of uploads, newest first, and what all pages have. */
  async page(filter: UploadFilter, limit: number, after: Cursor | null): Promise<UploadList> {
    const query = this.uploads
      .createQueryBuilder('u')
      .addSelect(`(u.created_at AT TIME ZONE 'UTC')::text || '+00'`, 'cursor_at')
      .innerJoin(newestOf(filter, after), 'newest', 'newest.id = u.id')
      .orderBy('u.created_at', 'DESC')
      .addOrderBy('u.id', 'DESC')
      .limit(limit + 1)
      .setParameters({ ...parametersOf(filter), most: limit + 1, at: after?.createdAt, id: after?.id });
    const { entities, raw } = await query.getRawAndEntities<{ cursor_at: string }>();
    const shown = entities.slice(0, limit);
    const names = await this.ownersOf(shown);
    const last = shown.at(-1);
    const cursorAt = raw[limit - 1]?.cursor_at;
    return {
      uploads: shown.map((upload) => toSummary(upload, this.leases.isHeld(upload.id), names)),
      ...(await this.totals(filter)),
      next:
        entities.length > limit && last !== undefined && cursorAt !== undefined
          ? printCursor({ createdAt: cursorAt, id: last.id })
          : null,
    };
  }

  private async ownersOf(uploads: readonly Upload[]): Promise<ReadonlyMap<string, string>> {
    if (uploads.length === 0) return new Map();
    return accountNames(
      this.database.manager,
      uploads.map(({ owner }) => owner),
    );
  }

  /** Of those that have ended, which hold nothing, only indexes are read. */
  private async totals(filter: UploadFilter): Promise<Totals> {
    const states = statesOf(filter);
    const [row] = await queryNamed<{ total: BigintText; bytes: BigintText }>(
      this.database,
      `SELECT coalesce(sum(c.uploads), 0) AS total, least(coalesce(sum(c.bytes), 0), ${Number.MAX_SAFE_INTEGER}) AS bytes FROM (
         SELECT p.uploads, p.bytes ${eachOf(filter, 'count(*) AS uploads, sum(l.received) AS bytes', UNFINISHED, 'open')}
         UNION ALL SELECT p.uploads, 0 ${eachOf(filter, 'count(*) AS uploads', '', 'ended')}
       ) c`,
      {
        ...parametersOf(filter),
        open: states.filter((state) => !isFinal(state)),
        ended: states.filter((state) => isFinal(state)),
      },
    );
    return { total: toSafeInteger(row?.total ?? '0'), bytes: toSafeInteger(row?.bytes ?? '0') };
  }
}
