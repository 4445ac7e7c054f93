import { Injectable } from '@nestjs/common';
import { NO_POLICY, type ChangePolicy, type Policy } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';

/** The policies of spaces: which files each takes. */
@Injectable()
export class SpacePolicy {
  constructor(private readonly database: DataSource) {}

  /** The policy of a space as it is now; where there is no such space, nothing is limited. */
  async of(spaceId: string, manager: EntityManager = this.database.manager): Promise<Policy> {
    const [row] = await manager.query<{ policy: Partial<Policy> }[]>(`SELECT policy FROM spaces WHERE id = $1`, [
      spaceId,
    ]);
    return { ...NO_POLICY, ...row?.policy };
  }

  /** Changes parts of a policy; two who change different parts at once lose nothing. Files that are there stay. */
  async change(manager: EntityManager, spaceId: string, changes: ChangePolicy): Promise<void> {
    await manager.query(`UPDATE spaces SET policy = policy || $2::jsonb WHERE id = $1`, [
      spaceId,
      JSON.stringify(changes),
    ]);
  }
}
