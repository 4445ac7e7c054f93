import pg from 'pg';

/** Keeps the content of one file locked in the database, so that the server stands still when it comes to it. */
export class HeldBlob {
  private isHeld = true;

  private constructor(private readonly client: pg.Client) {}

  /** @param name of the only file of this name */
  static async of(databaseUrl: string, name: string): Promise<HeldBlob> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    const { rowCount } = await client.query(
      'SELECT 1 FROM blobs WHERE id = (SELECT blob_id FROM entries WHERE name = $1 AND trashed_at IS NULL) FOR UPDATE',
      [name],
    );
    if (rowCount !== 1) throw new Error(`There is no content of ${name} to hold.`);
    return new HeldBlob(client);
  }

  /** How many transactions of the server wait for a lock. */
  async waiting(): Promise<number> {
    const { rows } = await this.client.query<{ waiting: number }>(
      `SELECT count(*)::integer AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.waiting ?? 0;
  }

  /** Lets the server go on. */
  async release(): Promise<void> {
    if (!this.isHeld) return;
    this.isHeld = false;
    await this.client.query('ROLLBACK');
    await this.client.end();
  }
}
