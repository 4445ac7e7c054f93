import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../tools/postgres/embedded-postgres.mjs';
import { until } from './until.js';

/** A PostgreSQL for one test file alone: it may be killed, stopped and started again, always on the same port. */
export class OwnPostgres {
  private readonly folder = mkdtempSync(join(tmpdir(), 'stowage-e2e-pg-'));
  private current: EmbeddedPostgres | null = null;

  /** @param env of the server, on top of what it always has */
  constructor(private readonly env: Readonly<Record<string, string>> = {}) {}

  /** Starts it; after a kill it recovers first. */
  async start(): Promise<void> {
    const port = this.current?.port;
    this.current = await startEmbeddedPostgres({
      ...{ dataDir: this.folder, env: this.env },
      ...(port === undefined ? {} : { port }),
    });
  }

  private get running(): EmbeddedPostgres {
    if (this.current === null) throw new Error('This PostgreSQL was never started.');
    return this.current;
  }

  get url(): string {
    return this.running.url;
  }

  get port(): number {
    return this.running.port;
  }

  /** kill -9 of the postmaster. Its other processes notice and end too; the next start waits for them. */
  async kill(): Promise<void> {
    process.kill(this.running.pid, 'SIGKILL');
    await this.running.exited;
  }

  /**
   * kill -9 of one process that serves a client of the product: the postmaster then ends all others and recovers.
   * @param choose picks one of so many
   */
  async killBackend(choose: (count: number) => number): Promise<void> {
    const pids = await this.backends();
    const pid = pids[choose(pids.length)];
    if (pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    // Gone from the table of processes means that the postmaster has noticed.
    await until('the postmaster has noticed', () => !existsSync(`/proc/${pid}`));
  }

  /** Stops all its processes where they are, as a machine that hangs does. Returns what lets them go on. */
  async freeze(): Promise<() => void> {
    const pids = [...(await this.backends()), this.running.pid];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    return () => {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    };
  }

  private async backends(): Promise<number[]> {
    const client = new Client({ connectionString: this.running.superuserUrl });
    // It may end with the others: that is what the test does.
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      return rows.map(({ pid }) => pid);
    } finally {
      await client.end();
    }
  }

  async dispose(): Promise<void> {
    await this.current?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
