import { UPLOAD_STATES, type UploadState } from '@stowage/contract';
import type { DataSource } from 'typeorm';

/** Which uploads are meant. */
export interface UploadFilter {
  /** None: all. */
  readonly states: readonly UploadState[];
  /** Ids of the only owners; null: all. */
  readonly owners: readonly string[] | null;
  /** Ids of the only spaces; null: all. */
  readonly spaces: readonly string[] | null;
  /** Key that the client gave it, e.g. a `dzuuid`; null: any. */
  readonly clientKey: string | null;
  /** Seconds since the last byte, at least; null: any. */
  readonly idleSeconds: number | null;
  /** Part of the name, in any case; null: any. */
  readonly name: string | null;
}

/** Leaves nothing out. */
export const ALL_UPLOADS: UploadFilter = {
  ...{ states: [], owners: null, spaces: null, clientKey: null, idleSeconds: null, name: null },
};

/** Each, if it is asked for, is a condition on a row `l` of `uploads`; the values come as parameters of the same name. */
const CONDITIONS = {
  spaces: 'l.space_id = ANY(:spaces::text[])',
  clientKey: 'l.client_key = :clientKey::text',
  idleSeconds: 'l.updated_at <= now() - make_interval(secs => :idleSeconds::integer)',
  name: 'strpos(lower(l.name), lower(:name::text)) > 0',
} as const;

/** Says of unfinished ones once more that they are few, whatever the statistics know of their states. */
export const UNFINISHED = 'AND l.ended_at IS NULL';

/**
 * Reads from the uploads of a filter, each of its owners, or else spaces, and each state on its own: then an index has them,
 * from the newest on. With a plain `state IN (…)` a page of the few that are unfinished could mean reading all that have
 * ended.
 * @param columns of `l`; they are those of `p` in what comes before this
 * @param rest of the statement that reads one of those, e.g. an order
 * @param states name of the parameter with the states
 */
export function eachOf(filter: UploadFilter, columns: string, rest = '', states = 'states'): string {
  const key = filter.owners !== null ? 'owner' : filter.spaces !== null ? 'space_id' : null;
  const left = (['clientKey', 'idleSeconds', 'name'] as const).filter((name) => filter[name] !== null);
  const conditions = [
    ...(key === null ? [] : [`l.${key} = whose.key`]),
    // The collation is that of the index which the list is to be read by.
    `l.state = wanted.state COLLATE "${key === null ? 'POSIX' : 'C'}"`,
    ...(key === 'owner' && filter.spaces !== null ? [CONDITIONS.spaces] : []),
    ...left.map((name) => CONDITIONS[name]),
  ].join(' AND ');
  const whose = key === null ? '' : `unnest(:keys::text[]) AS whose (key) CROSS JOIN `;
  return `FROM ${whose}unnest(:${states}::text[]) AS wanted (state)
    CROSS JOIN LATERAL (SELECT ${columns} FROM uploads l WHERE ${conditions} ${rest}) p`;
}

/** The parameters of {@link eachOf}. */
export function parametersOf(filter: UploadFilter): Record<string, unknown> {
  return { ...filter, states: statesOf(filter), keys: filter.owners ?? filter.spaces };
}

/** The states of a filter, each once. */
export function statesOf({ states }: UploadFilter): readonly UploadState[] {
  return states.length > 0 ? [...new Set(states)] : UPLOAD_STATES;
}

/** Runs a statement with named parameters. */
export function queryNamed<Row>(
  database: DataSource,
  statement: string,
  parameters: Record<string, unknown>,
): Promise<Row[]> {
  const [sql, values] = database.driver.escapeQueryWithParameters(statement, parameters);
  return database.query<Row[]>(sql, values as unknown[]);
}
