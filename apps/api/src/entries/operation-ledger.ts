import { Injectable } from '@nestjs/common';
import { MAX_OPERATION_FAILURES, type ConflictPolicy, type Operation, type OperationAction } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { newId } from '../platform/database/ids.js';
import { spaceNotFound } from '../spaces/space-access.js';

/** Why something stayed as it was. */
export type Failure = Operation['failures'][number];

/** What somebody wants done with many entries. */
export interface Wanted {
  readonly action: OperationAction;
  /** Space of the entries. */
  readonly spaceId: string;
  /** Whose it is, as with uploads. */
  readonly owner: string;
  /** Ids, each once; null: all that is in the trash now. */
  readonly entries: readonly string[] | null;
  /** Folder that they go into, and its space. */
  readonly to: { readonly id: string; readonly spaceId: string } | null;
  readonly conflict: ConflictPolicy;
}

/** An operation that goes on, as its next batch finds it. */
export interface Running {
  readonly id: string;
  readonly action: OperationAction;
  readonly spaceId: string;
  readonly owner: string;
  readonly entries: readonly string[];
  readonly targetId: string | null;
  readonly targetSpaceId: string | null;
  readonly conflict: ConflictPolicy;
  /** Of all that is in the trash: what was there at this moment, in the database's words; null: the entries are named. */
  readonly trashedUntil: string | null;
  readonly cancelRequested: boolean;
  /** How many of the entries are over. */
  readonly position: number;
  readonly total: number | null;
  readonly done: number;
  /** Failures that are named. */
  readonly named: number;
  /** When it was asked for, in the database's words. */
  readonly startedAt: string;
}

/** What a batch has done. */
export interface Progress {
  /** Of the entries that were asked for, how many are over with it. */
  readonly over: number;
  /** What it has gone through, in folders as well. */
  readonly done: number;
  readonly failures: readonly Failure[];
  /** What stayed as it was, where not all of it is in `failures`. */
  readonly failed?: number;
}

interface Row {
  readonly id: string;
  readonly action: OperationAction;
  readonly state: Operation['state'];
  readonly total: number | null;
  readonly done: number;
  readonly failed: number;
  readonly failures: Failure[];
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

const COLUMNS = 'id, action, state, total, done, failed, failures, created_at, ended_at';
const LISTED = 100;

/** The SQL of operations. */
@Injectable()
export class OperationLedger {
  constructor(private readonly database: DataSource) {}

  /**
   * Notes what is to be done; returns its id.
   * @throws ProblemError space-not-found
   */
  async add({ action, spaceId, owner, entries, to, conflict }: Wanted): Promise<string> {
    const [row] = await this.database.query<{ id: string }[]>(
      `INSERT INTO operations (id, space_id, owner, action, entries, target_id, target_space_id, conflict, trashed_until)
       SELECT $1, s.id, $3, $4, $5, $6, $7, $8, CASE WHEN $9 THEN clock_timestamp() END FROM spaces s WHERE s.id = $2
       RETURNING id`,
      [newId(), spaceId, owner, action, entries ?? [], to?.id ?? null, to?.spaceId ?? null, conflict, entries === null],
    );
    if (row === undefined) throw spaceNotFound();
    return row.id;
  }

  /** One operation and whose it is; null when there is none, or not any more. */
  async find(id: string): Promise<{ readonly operation: Operation; readonly owner: string } | null> {
    const [row] = await this.database.query<(Row & { owner: string })[]>(
      `SELECT ${COLUMNS}, owner FROM operations WHERE id = $1`,
      [id],
    );
    return row === undefined ? null : { operation: viewOf(row), owner: row.owner };
  }

  /** Those of somebody, newest first. */
  async ofOwner(owner: string): Promise<Operation[]> {
    const rows = await this.database.query<Row[]>(
      `SELECT ${COLUMNS} FROM operations WHERE owner = $1 ORDER BY created_at DESC, id DESC LIMIT ${LISTED}`,
      [owner],
    );
    return rows.map(viewOf);
  }

  /** Ids of those that go on, the oldest first. */
  async running(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM operations WHERE state = 'running' ORDER BY created_at, id`,
    );
    return rows.map(({ id }) => id);
  }

  /** Asks one to stop before its next batch; nothing happens to one that has ended. */
  async requestCancel(id: string): Promise<void> {
    await this.database.query(`UPDATE operations SET cancel_requested = true WHERE id = $1 AND state = 'running'`, [
      id,
    ]);
  }

  /** Forgets what ended more than a day ago. */
  async forgetEnded(): Promise<void> {
    await this.database.query(`DELETE FROM operations WHERE ended_at < now() - interval '1 day'`);
  }

  /** Finds one that goes on and locks its row, so that its batches come one after the other, whoever makes them. */
  async hold(manager: EntityManager, id: string): Promise<Running | null> {
    const [row] = await manager.query<Running[]>(
      `SELECT id, action, space_id AS "spaceId", owner, entries, target_id AS "targetId", target_space_id AS "targetSpaceId",
         conflict, trashed_until::text AS "trashedUntil", cancel_requested AS "cancelRequested", position, total, done,
         jsonb_array_length(failures) AS named, created_at::text AS "startedAt"
       FROM operations WHERE id = $1 AND state = 'running' FOR NO KEY UPDATE`,
      [id],
    );
    return row ?? null;
  }

  async setTotal(manager: EntityManager, id: string, total: number): Promise<void> {
    await manager.query(`UPDATE operations SET total = $2 WHERE id = $1`, [id, total]);
  }

  /** Notes how far it has come, in the transaction that has done it. */
  async advance(
    manager: EntityManager,
    { id, named }: Running,
    { over, done, failures, failed }: Progress,
  ): Promise<void> {
    await manager.query(
      `UPDATE operations SET position = position + $2, done = done + $3, total = greatest(total, done + $3),
         failed = failed + $4, failures = failures || $5::jsonb WHERE id = $1`,
      [
        ...[id, over, done, failed ?? failures.length],
        JSON.stringify(failures.slice(0, Math.max(0, MAX_OPERATION_FAILURES - named))),
      ],
    );
  }

  /** Ends it. What one that is done has not found any more was not there to go through. */
  async end(manager: EntityManager, id: string, state: 'done' | 'cancelled'): Promise<void> {
    await manager.query(
      `UPDATE operations SET state = $2, ended_at = clock_timestamp(), total = CASE $2 WHEN 'done' THEN done ELSE total END
       WHERE id = $1`,
      [id, state],
    );
    await manager.query(`DELETE FROM operation_folders WHERE operation_id = $1`, [id]);
  }
}

function viewOf({ id, action, state, total, done, failed, failures, created_at, ended_at }: Row): Operation {
  return {
    ...{ id, action, state, total, done, failed, failures },
    createdAt: created_at.toISOString(),
    endedAt: ended_at?.toISOString() ?? null,
  };
}
