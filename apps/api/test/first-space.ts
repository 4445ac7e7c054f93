import type { Space } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { SpaceLedger } from '../src/spaces/space-ledger.js';

/** Id of the space that a new database has. */
export function firstSpace(database: DataSource): Promise<string> {
  return new SpaceLedger(database).first();
}

/** How much of a space's quota is taken, in bytes; of the first one unless named. */
export async function usageOf(
  database: DataSource,
  spaceId?: string,
): Promise<Pick<Space, 'quota' | 'used' | 'reserved'>> {
  const ledger = new SpaceLedger(database);
  const space = await ledger.find(spaceId ?? (await ledger.first()), {});
  if (space === null) throw new Error('There is no such space.');
  const { quota, used, reserved } = space;
  return { quota, used, reserved };
}
