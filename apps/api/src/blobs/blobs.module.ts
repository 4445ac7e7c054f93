import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { ReadinessProbes } from '../platform/telemetry/readiness-probes.js';
import { BlobLedger } from './blob-ledger.js';
import { BLOB_STORE, type BlobStore } from './blob-store.js';
import { StoredBlob } from './entities/stored-blob.entity.js';
import { DigestFollower } from './filesystem/digest-follower.js';
import { FilesystemBlobStore } from './filesystem/filesystem-blob-store.js';
import { prepareStorage } from './filesystem/prepare-storage.js';
import { Volume } from './filesystem/volume.js';
import { diskOf } from './filesystem/volume-disk.js';

/** Where bytes live, and the rows that say so. */
@Module({
  imports: [TypeOrmModule.forFeature([StoredBlob])],
  providers: [
    BlobLedger,
    {
      provide: DigestFollower,
      useFactory: () => new DigestFollower(new URL('./filesystem/digest-worker.js', import.meta.url)),
    },
    {
      provide: BLOB_STORE,
      inject: [CONFIGURATION, DigestFollower, Volume],
      useFactory: async (configuration: Configuration, digests: DigestFollower, volume: Volume) =>
        new FilesystemBlobStore(
          await prepareStorage(configuration.storage.dataDir),
          digests,
          configuration.storage.reserve,
          diskOf(volume),
        ),
    },
  ],
  exports: [BlobLedger, BLOB_STORE],
})
export class BlobsModule implements OnApplicationShutdown {
  constructor(
    private readonly digests: DigestFollower,
    @Inject(BLOB_STORE) store: BlobStore,
    volume: Volume,
    probes: ReadinessProbes,
  ) {
    probes.add('volume', () => volume.check());
    probes.add('storage', () => store.probe());
  }

  onApplicationShutdown(): Promise<void> {
    return this.digests.close();
  }
}
