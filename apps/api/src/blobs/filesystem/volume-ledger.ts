import type { ClientBase } from 'pg';
import { directly, hasTable } from '../../platform/database/direct-connection.js';
import { newId } from '../../platform/database/ids.js';
import { StartFault } from '../../platform/start-fault.js';
import type { KnownVolume, VolumeRecords } from './volume-decision.js';

/** The database's row of its volume. Used at start only, when there is no pool yet and perhaps no schema. */
export class VolumeLedger {
  constructor(private readonly url: string) {}

  /** What the database knows; a database without tables knows nothing. Changes nothing. */
  read(): Promise<VolumeRecords> {
    return directly(this.url, async (client) => ({
      volume: (await hasTable(client, 'volumes')) ? await onlyVolume(client) : null,
      hasUploads: await hasRows(client, 'uploads'),
      hasBlobs: await hasRows(client, 'blobs'),
    }));
  }

  /**
   * Notes that a volume is being made, under an id never used before.
   * @param seen the row that the decision was made on
   * @returns the new id
   * @throws StartFault when another server has changed the row meanwhile
   */
  begin(path: string, seen: KnownVolume | null): Promise<string> {
    return directly(this.url, async (client) => {
      const id = newId();
      const { rowCount } =
        seen === null
          ? await client.query('INSERT INTO volumes (id, path, ready) VALUES ($1, $2, false) ON CONFLICT DO NOTHING', [
              id,
              path,
            ])
          : await client.query(
              `UPDATE volumes SET id = $1, path = $2, ready = false, created_at = now(), seen_at = now()
               WHERE id = $3 AND ready = $4`,
              [id, path, seen.id, seen.ready],
            );
      if (rowCount !== 1) throw overtaken();
      return id;
    });
  }

  /**
   * Notes that the volume is there, at this path.
   * @throws StartFault when another server has begun another one meanwhile
   */
  confirm(id: string, path: string): Promise<void> {
    return directly(this.url, async (client) => {
      const { rowCount } = await client.query(
        'UPDATE volumes SET ready = true, path = $2, seen_at = now() WHERE id = $1',
        [id, path],
      );
      if (rowCount !== 1) throw overtaken();
    });
  }
}

function overtaken(): StartFault {
  return new StartFault(
    'Another Stowage has just brought another data folder to this database: stop it, or give each a database of its own.',
  );
}

async function onlyVolume(client: ClientBase): Promise<KnownVolume | null> {
  const { rows } = await client.query<KnownVolume>('SELECT id, path, ready FROM volumes');
  return rows[0] ?? null;
}

async function hasRows(client: ClientBase, table: 'uploads' | 'blobs'): Promise<boolean> {
  if (!(await hasTable(client, table))) return false;
  const { rows } = await client.query<{ found: boolean }>(`SELECT EXISTS (SELECT FROM ${table}) AS found`);
  return rows[0]?.found === true;
}
