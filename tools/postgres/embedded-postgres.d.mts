/** What {@link startEmbeddedPostgres} needs to know. */
export interface EmbeddedPostgresOptions {
  /** Folder for the database: the cluster, its secret and its log. Made when missing; closed to others. */
  dataDir: string;
  /** Receives sentences an operator should see. */
  log?: (line: string) => void;
  /** TCP port on 127.0.0.1; a free one when missing. */
  port?: number;
  /** Wait for nothing and create nothing: reject when there is no cluster yet. */
  mustExist?: boolean;
  /** Stops a start that is under way, which then rejects: a recovery may take long. */
  signal?: AbortSignal;
  /** Server settings on top of ours, for tests (a server that must be refused, a small limit). */
  settings?: Readonly<Record<string, string>>;
  /** Environment of the server on top of ours, for tests (a clock that is wrong). */
  env?: Readonly<Record<string, string>>;
  /** Forces the fall-back for root without user namespaces (tests). */
  runAs?: 'nobody';
  /** Where the fall-back puts what `nobody` must reach. Default `/var/lib/stowage`. */
  reachableDir?: string;
}

/** How a server ended. */
export interface ServerExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** True when {@link EmbeddedPostgres.stop} asked for it. */
  expected: boolean;
}

/** A running server. */
export interface EmbeddedPostgres {
  /** `postgresql://stowage:<secret>@127.0.0.1:<port>/stowage`: contains the password, never print it. */
  readonly url: string;
  /** The same for the superuser `postgres`. */
  readonly superuserUrl: string;
  readonly port: number;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** For example `18.4`. */
  readonly version: string;
  /** The cluster's folder. */
  readonly cluster: string;
  /** Settles when the server has ended, for whatever reason. */
  readonly exited: Promise<ServerExit>;
  /** Calls back once when the server has ended, for whatever reason; at once when it already has. */
  onExit(callback: (exit: ServerExit) => void): void;
  /** Fast shutdown; settles when the process is gone. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL on 127.0.0.1, makes its cluster when there is none, and recovers from what an earlier kill left.
 * The server ends with this process, even after a kill -9 (on Linux).
 * @throws {Error} with one sentence and the fix in `message`
 */
export function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres>;

/**
 * Creates an empty database on the server of `url`.
 * @returns the URL of the new database
 */
export function createDatabase(url: string, name: string): Promise<string>;
