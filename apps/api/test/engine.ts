import { mkdir } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import { BlobCollector } from '../src/blobs/blob-collector.js';
import { BlobHealth } from '../src/blobs/blob-health.js';
import { BlobNames } from '../src/blobs/blob-names.js';
import { BlobReconcile } from '../src/blobs/blob-reconcile.js';
import { BlobLedger } from '../src/blobs/blob-ledger.js';
import { BlobScrub } from '../src/blobs/blob-scrub.js';
import type { FileSystem } from '../src/blobs/filesystem/file-system.js';
import { EntryLedger } from '../src/entries/entry-ledger.js';
import { EntryListing } from '../src/entries/entry-listing.js';
import { FileListing } from '../src/entries/file-listing.js';
import { FileRemover } from '../src/entries/file-remover.js';
import { SpaceMoves } from '../src/entries/space-moves.js';
import { TreeLedger } from '../src/entries/tree-ledger.js';
import { MemberLedger } from '../src/spaces/member-ledger.js';
import { SpacePolicy } from '../src/spaces/space-policy.js';
import { SpaceQuota } from '../src/spaces/space-quota.js';
import { type LimitsConfiguration, parseConfiguration } from '../src/platform/config/configuration.js';
import { JobRunner } from '../src/platform/jobs/job-runner.js';
import { Metrics } from '../src/platform/telemetry/metrics.js';
import { ChunkLedger } from '../src/upload/chunk-ledger.js';
import { ChunkService } from '../src/upload/chunk.service.js';
import { CompletionService } from '../src/upload/completion.service.js';
import { Upload } from '../src/upload/entities/upload.entity.js';
import { PrefixFollower } from '../src/upload/prefix-follower.js';
import { QuotaAudit } from '../src/upload/quota-audit.js';
import { UploadDigestPages } from '../src/upload/upload-digest-pages.js';
import { UploadChanges } from '../src/upload/upload-changes.service.js';
import { StagingReconcile } from '../src/upload/staging-reconcile.js';
import { UploadLeases } from '../src/upload/upload-leases.js';
import { UploadPolicy } from '../src/upload/upload-policy.js';
import { UploadLedger } from '../src/upload/upload-ledger.js';
import { UploadListing } from '../src/upload/upload-listing.js';
import { UploadPurgeLedger } from '../src/upload/upload-purge-ledger.js';
import { UploadPurge } from '../src/upload/upload-purge.service.js';
import { UploadRecovery } from '../src/upload/upload-recovery.js';
import { UploadUpkeep } from '../src/upload/upload-upkeep.js';
import { UpkeepLedger } from '../src/upload/upkeep-ledger.js';
import { UploadService } from '../src/upload/upload.service.js';
import { firstSpace, usageOf } from './first-space.js';
import { connect, emptyDatabase } from './test-database.js';
import { testLog, type LogLine } from './test-log.js';
import { openStorage, removeFolder, temporaryFolder, type TestStorage } from './test-storage.js';
import { WatchedStore } from './watched-store.js';

/** What outlives a process: the database and the data folder. */
export interface Home {
  readonly url: string;
  readonly folder: string;
}

/** The parts of one server, put together as the modules do, without HTTP. */
export interface Engine {
  readonly home: Home;
  readonly database: DataSource;
  readonly storage: TestStorage;
  readonly store: WatchedStore;
  readonly ledger: UploadLedger;
  readonly chunkLedger: ChunkLedger;
  readonly entries: EntryLedger;
  readonly files: FileListing;
  readonly entryListing: EntryListing;
  readonly tree: TreeLedger;
  readonly remover: FileRemover;
  readonly quota: SpaceQuota;
  /** The space that a new database has. */
  readonly spaceId: string;
  /** How much of its quota is taken. */
  readonly usage: () => ReturnType<typeof usageOf>;
  /** Sets its quota, in bytes; null: none. */
  readonly setQuota: (bytes: number | null) => Promise<void>;
  readonly collector: BlobCollector;
  readonly names: BlobNames;
  readonly blobReconcile: BlobReconcile;
  readonly scrub: BlobScrub;
  /** Not started: a test runs the jobs that it wants. */
  readonly jobs: JobRunner;
  readonly leases: UploadLeases;
  readonly completion: CompletionService;
  readonly chunks: ChunkService;
  readonly uploads: UploadService;
  readonly changes: UploadChanges;
  readonly digestPages: UploadDigestPages;
  readonly listing: UploadListing;
  readonly purge: UploadPurge;
  readonly recovery: UploadRecovery;
  readonly upkeep: UploadUpkeep;
  readonly audit: QuotaAudit;
  readonly reconcile: StagingReconcile;
  readonly log: readonly LogLine[];
  /** Empties the home, so that a test begins with nothing. */
  clear(): Promise<void>;
  /** What a start does before it takes requests. */
  boot(): Promise<void>;
  /** Lets completions end where they are and closes database and worker; the home stays. */
  stop(): Promise<void>;
}

/** Makes a home with an empty database and an empty folder. */
export async function newHome(): Promise<Home> {
  const home = { url: await emptyDatabase(), folder: await temporaryFolder() };
  const database = await connect(home.url);
  await database.runMigrations();
  await database.destroy();
  return home;
}

/** Removes a home's folder. */
export function removeHome(home: Home): Promise<void> {
  return removeFolder(home.folder);
}

/** Starts an engine in a home, as a process would. */
export async function startEngine(
  home: Home,
  connections = 10,
  disk?: FileSystem,
  limits: Partial<LimitsConfiguration> = {},
): Promise<Engine> {
  const database = await connect(home.url, connections);
  const storage = await openStorage(home.folder, disk);
  const store = new WatchedStore(storage.store);
  const { logger, lines } = testLog();
  const parsed = parseConfiguration({ DATABASE_URL: home.url });
  const configuration = { ...parsed, limits: { ...parsed.limits, ...limits } };
  const ledger = new UploadLedger(database.getRepository(Upload), database, configuration);
  const chunkLedger = new ChunkLedger(database, configuration);
  const entries = new EntryLedger(database);
  const files = new FileListing(database);
  const blobs = new BlobLedger();
  const names = new BlobNames();
  const jobs = new JobRunner(configuration, logger);
  const quota = new SpaceQuota(database, configuration);
  const members = new MemberLedger(database);
  const collector = new BlobCollector(blobs, names, database, store, jobs, logger);
  const scrub = new BlobScrub(new BlobHealth(database), store, jobs, configuration, logger);
  const blobReconcile = new BlobReconcile(blobs, names, database, store, jobs, logger);
  const remover = new FileRemover(entries, blobs, collector, database, jobs, quota);
  const prefixes = new PrefixFollower(chunkLedger, store);
  const policy = new UploadPolicy(new SpacePolicy(database), store);
  const completion = new CompletionService(
    ledger,
    chunkLedger,
    entries,
    members,
    policy,
    blobs,
    names,
    prefixes,
    database,
    store,
    logger,
  );
  const spaceId = await firstSpace(database);
  const leases = new UploadLeases();
  const chunks = new ChunkService(ledger, chunkLedger, leases, prefixes, completion, store, configuration, logger);
  const uploads = new UploadService(ledger, chunkLedger, entries, files, completion, policy, leases, database, logger);
  const upkeepLedger = new UpkeepLedger(database);
  const recovery = new UploadRecovery(ledger, chunkLedger, completion, store, logger);
  const upkeep = new UploadUpkeep(ledger, upkeepLedger, leases, completion, recovery, database, jobs, logger);
  const audit = new QuotaAudit(database, quota, jobs, new Metrics(), logger);
  const reconcile = new StagingReconcile(upkeepLedger, leases, completion, store, jobs, logger);
  return {
    home,
    database,
    storage,
    store,
    ledger,
    chunkLedger,
    entries,
    files,
    entryListing: new EntryListing(database),
    tree: new TreeLedger(new SpaceMoves(quota)),
    remover,
    quota,
    spaceId,
    usage: () => usageOf(database, spaceId),
    setQuota: (bytes) => quota.set(database.manager, spaceId, bytes),
    collector,
    names,
    blobReconcile,
    scrub,
    jobs,
    leases,
    completion,
    chunks,
    uploads,
    changes: new UploadChanges(ledger, uploads, chunks, leases, completion, prefixes),
    digestPages: new UploadDigestPages(uploads, chunkLedger, store),
    listing: new UploadListing(database.getRepository(Upload), leases, database),
    purge: new UploadPurge(new UploadPurgeLedger(database), ledger, leases, completion, database, logger),
    recovery,
    upkeep,
    audit,
    reconcile,
    log: lines,
    clear: async () => {
      await database.query('DELETE FROM entries; DELETE FROM uploads; DELETE FROM blobs; DELETE FROM upload_owners');
      await database.query('UPDATE spaces SET quota_bytes = NULL, used_bytes = 0, reserved_bytes = 0');
      for (const folder of [storage.layout.staging, storage.layout.blobs]) {
        await removeFolder(folder);
        await mkdir(folder, { mode: 0o700 });
      }
    },
    boot: async () => {
      await collector.pass(new AbortController().signal);
      await recovery.onApplicationBootstrap();
      await upkeep.run(new AbortController().signal);
    },
    stop: async () => {
      completion.beforeApplicationShutdown();
      chunks.beforeApplicationShutdown();
      await collector.beforeApplicationShutdown();
      await scrub.beforeApplicationShutdown();
      await storage.digests.close();
      await database.destroy();
    },
  };
}
