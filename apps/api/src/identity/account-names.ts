import type { EntityManager } from 'typeorm';

/** Names of accounts, by id; who is no account has none. */
export async function accountNames(
  manager: EntityManager,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows: { id: string; name: string }[] = await manager.query(
    `SELECT id, name FROM accounts WHERE id = ANY($1::text[])`,
    [[...new Set(ids)]],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
