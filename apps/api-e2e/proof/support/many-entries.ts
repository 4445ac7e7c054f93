import type { StoredFile } from '@stowage/contract';
import { query } from '../../support/database.js';
import type { Product } from '../../support/product.js';
import type { Tree } from '../../support/tree.js';

/** Files of every folder of the wide tree, and folders in each of its folders of folders. */
const WIDE = 100;
/** Real contents that all files share; each has as many bytes as {@link Tree.file} uploads. */
const CONTENTS = 20;
const FILE_BYTES = 100;

/** What was put there, beside the files that were really uploaded. */
export interface ManyEntries {
  /** Id of the folder with very many files. */
  readonly full: string;
  /** Files in it, in folders of a few. */
  readonly files: number;
  /** Ids of the folders of folders of files that everything else is in. */
  readonly shelves: readonly string[];
  /** Files and folders in them, these included. */
  readonly inShelves: number;
}

/** Fills a tree with so many files, a tenth of them in one folder: rows only, but of contents that are there. */
export async function fillEntries(product: Product, tree: Tree, count: number): Promise<ManyEntries> {
  const [full, contents] = [await tree.make('full'), await tree.make('contents')];
  const uploaded: StoredFile[] = [];
  for (let index = 0; index < CONTENTS; index++) uploaded.push(await tree.file(`content ${index}`, contents.id));
  const blobs = `(ARRAY(SELECT blob_id FROM entries WHERE parent_id = '${contents.id}' ORDER BY id))[1 + n % ${CONTENTS}]`;
  const insert = (kind: string, prefix: string, parent: string, from: number, to: number) =>
    `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key, size, media_type, blob_id, created_at)
     SELECT ${idOf(prefix, 'n')}, '${tree.root}', ${parent}, '${kind}', '${prefix} ' || n, '${prefix} ' || n,
       '${prefix} ' || lpad(n::text, 9, '0'),
       ${kind === 'file' ? `${FILE_BYTES}, 'text/plain', ${blobs}` : 'NULL, NULL, NULL'}, now() - n * interval '1 second'
     FROM generate_series(${from}, ${to}) n`;
  const files = count / 10;
  const boxes = Math.ceil((count - files) / WIDE);
  const shelves = Math.ceil(boxes / WIDE);
  for (const sql of [
    insert('file', 'full', `'${full.id}'`, 0, files - 1),
    insert('folder', 'shelf', 'NULL', 0, shelves - 1),
    insert('folder', 'box', idOf('shelf', `(n / ${WIDE})`), 0, boxes - 1),
    insert('file', 'leaf', idOf('box', `(n / ${WIDE})`), 0, count - files - 1),
    `UPDATE spaces SET used_bytes = (SELECT sum(size) FROM entries WHERE space_id = '${tree.root}') WHERE id = '${tree.root}'`,
    // As autovacuum does after so many new rows.
    'VACUUM (ANALYZE)',
  ]) {
    await query(product.databaseUrl, sql);
  }
  const ids = Array.from({ length: shelves }, (_, index) => `shelf${index}`.padStart(22, '0'));
  return { full: full.id, files, shelves: ids, inShelves: count - files + boxes + shelves };
}

const idOf = (kind: string, number: string) => `lpad('${kind}' || ${number}, 22, '0')`;

/** Ids of some of the files of the full folder. */
export const idsOfFull = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `full${from + index}`.padStart(22, '0'));
