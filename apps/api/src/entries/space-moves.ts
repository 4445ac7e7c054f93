import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { SpaceQuota } from '../spaces/space-quota.js';
import type { TreeNode } from './tree-walks.js';

/** Takes entries from one space to another, and what they use of the quota with them. Their contents stay where they are. */
@Injectable()
export class SpaceMoves {
  constructor(private readonly quota: SpaceQuota) {}

  /**
   * Lets an entry, whose own row says so already, and all that is in it belong to another space. The caller has the trees of
   * both for itself. Comes last in its transaction, as the rows of spaces do.
   * @param node as it was before
   * @throws ProblemError quota-exceeded; overloaded while an upload completes below it, whose space could not change
   */
  async move(manager: EntityManager, { id, spaceId, size }: TreeNode, toSpaceId: string): Promise<void> {
    // An array: how much is below cannot be guessed, and with a join reading all entries would often seem the cheaper way.
    const [row] = await manager.query<[{ bytes: BigintText; claims: boolean }]>(
      `WITH RECURSIVE below AS (
         SELECT id FROM entries WHERE parent_id = $1
         UNION ALL SELECT e.id FROM entries e JOIN below b ON e.parent_id = b.id
       ), moved AS (
         UPDATE entries e SET space_id = $2 WHERE e.id = ANY (ARRAY(SELECT id FROM below))
         RETURNING e.size, e.kind = 'file' AND e.blob_id IS NULL AS claim
       ) SELECT coalesce(sum(size), 0)::bigint AS bytes, coalesce(bool_or(claim), false) AS claims FROM moved`,
      [id, toSpaceId],
    );
    if (row.claims) {
      throw new ProblemError('overloaded', 'A file is just being completed in this folder.', { retryAfter: 1 });
    }
    await this.quota.shift(manager, spaceId, toSpaceId, toSafeInteger(row.bytes) + (size ?? 0));
  }
}
