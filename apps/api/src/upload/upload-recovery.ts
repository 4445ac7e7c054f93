import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import { LOGGER } from '../platform/config/config.module.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { ChunkLedger } from './chunk-ledger.js';
import { CompletionService } from './completion.service.js';
import { UploadLedger } from './upload-ledger.js';

/** Takes up at start what the last process left half done. */
@Injectable()
export class UploadRecovery implements OnApplicationBootstrap {
  constructor(
    private readonly ledger: UploadLedger,
    private readonly chunks: ChunkLedger,
    private readonly completion: CompletionService,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.chunks.releaseAll();
    for (const id of await this.ledger.abandonedForms()) {
      // Bytes first: a row without bytes is harmless, bytes without a row would stay.
      await this.store.discard(id);
      await this.ledger.removeEmpty(id);
    }
    await this.sealWhole();
    const completing = await this.ledger.inState('completing');
    for (const id of completing) this.completion.start(id);
    if (completing.length > 0) this.logger.info({ uploads: completing.length }, 'completing uploads taken up again');
  }

  /** Seals what holds all its bytes, and was not sealed because the process or the database was gone in that moment. */
  async sealWhole(): Promise<void> {
    for (const id of await this.ledger.wholeButUnsealed()) await this.seal(id);
  }

  /** As the request that brought the last byte would have done; a name that is taken by now is noted with the upload. */
  private async seal(id: string): Promise<void> {
    const upload = await this.ledger.find(id);
    // Sealed meanwhile, or ended.
    if (upload?.state !== 'receiving') return;
    await this.completion.seal(upload).catch((error: unknown) => {
      // One upload must not keep the server from starting, nor the others from their turn: the next look tries it again.
      if (!(error instanceof ProblemError))
        this.logger.error({ err: error, uploadId: id }, 'a whole upload is not sealed');
    });
  }
}
