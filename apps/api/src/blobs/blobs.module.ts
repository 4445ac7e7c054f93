import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { ReadinessProbes } from '../platform/telemetry/readiness-probes.js';
import { Timings } from '../platform/telemetry/timings.js';
import { BlobCollector } from './blob-collector.js';
import { BlobHealth } from './blob-health.js';
import { BlobLedger } from './blob-ledger.js';
import { BlobNames } from './blob-names.js';
import { BlobReconcile } from './blob-reconcile.js';
import { BlobScrub } from './blob-scrub.js';
import { BLOB_STORE, type BlobStore } from './blob-store.js';
import { StoredBlob } from './entities/stored-blob.entity.js';
import { DigestFollower } from './filesystem/digest-follower.js';
import { FilesystemBlobStore } from './filesystem/filesystem-blob-store.js';
import { prepareStorage } from './filesystem/prepare-storage.js';
import { Volume } from './filesystem/volume.js';
import { timed } from './filesystem/timed-disk.js';
import { diskOf } from './filesystem/volume-disk.js';
import { addVolumeGauges } from './filesystem/volume-gauges.js';

/** Where bytes live, and the rows that say so. */
@Module({
  imports: [TypeOrmModule.forFeature([StoredBlob])],
  providers: [
    BlobCollector,
    BlobHealth,
    BlobLedger,
    BlobNames,
    BlobReconcile,
    BlobScrub,
    {
      provide: DigestFollower,
      useFactory: () => new DigestFollower(new URL('./filesystem/digest-worker.js', import.meta.url)),
    },
    {
      provide: BLOB_STORE,
      inject: [CONFIGURATION, DigestFollower, Volume, Timings],
      useFactory: async (configuration: Configuration, digests: DigestFollower, volume: Volume, timings: Timings) =>
        new FilesystemBlobStore(
          await prepareStorage(configuration.storage.dataDir),
          digests,
          configuration.storage.reserve,
          timed(diskOf(volume), timings),
        ),
    },
  ],
  exports: [BlobCollector, BlobHealth, BlobLedger, BlobNames, BlobScrub, BLOB_STORE],
})
export class BlobsModule implements OnApplicationShutdown {
  constructor(
    private readonly digests: DigestFollower,
    @Inject(BLOB_STORE) store: BlobStore,
    volume: Volume,
    probes: ReadinessProbes,
    metrics: Metrics,
    @Inject(CONFIGURATION) { storage }: Configuration,
  ) {
    probes.add('volume', () => volume.check());
    probes.add('storage', () => store.probe());
    addVolumeGauges(metrics, storage.dataDir);
  }

  onApplicationShutdown(): Promise<void> {
    return this.digests.close();
  }
}
