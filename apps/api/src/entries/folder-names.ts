import { nameKey } from '@stowage/contract';
import type { EntityManager } from 'typeorm';
import { numberedName } from './numbered-names.js';

/** Numbers tried for a name that is taken. */
const MOST_NUMBER = 10_000;
const NUMBERS_AT_ONCE = 100;

/** Who has a name in a folder. */
export interface NameHolder {
  readonly id: string;
  readonly kind: 'folder' | 'file';
  /** True for a name that a completing upload has claimed: nothing shows it yet. */
  readonly claimed: boolean;
}

/** Who has a name in a folder (its id, or that of the space for the root); null when it is free. */
export async function holderOf(manager: EntityManager, folderId: string, name: string): Promise<NameHolder | null> {
  const [row] = await manager.query<NameHolder[]>(
    `SELECT id, kind, kind = 'file' AND blob_id IS NULL AS claimed FROM entries WHERE folder_id = $1 AND name_key = $2`,
    [folderId, nameKey(name)],
  );
  return row ?? null;
}

/**
 * Takes the first free name with a number. Looks at many numbers at once, since a folder may have many files of one name.
 * @param take puts something there; false when another one has taken it meanwhile: then the next
 * @returns the name that was taken; null when none is free
 */
export async function takeNumbered(
  manager: EntityManager,
  { folderId, name, kind }: { readonly folderId: string; readonly name: string; readonly kind: 'folder' | 'file' },
  take: (name: string) => Promise<boolean>,
): Promise<string | null> {
  for (let first = 1; first < MOST_NUMBER; first += NUMBERS_AT_ONCE) {
    const names = Array.from({ length: NUMBERS_AT_ONCE }, (_, index) => numberedName(name, first + index, kind));
    const rows = await manager.query<{ name_key: string }[]>(
      `SELECT name_key FROM entries WHERE folder_id = $1 AND name_key = ANY($2)`,
      [folderId, names.map(nameKey)],
    );
    const taken = new Set(rows.map((row) => row.name_key));
    for (const free of names.filter((candidate) => !taken.has(nameKey(candidate)))) {
      if (await take(free)) return free;
    }
  }
  return null;
}
