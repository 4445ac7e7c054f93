import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '../platform/config/config.module.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { ChunkLedger, LEASE_SECONDS } from './chunk-ledger.js';
import { UploadLeases } from './upload-leases.js';

/** Keeps the leases of long requests alive in the ledger, so that an upload under way does not expire. */
@Injectable()
export class LeaseRenewal implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly leases: UploadLeases,
    private readonly ledger: ChunkLedger,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.renew(), (LEASE_SECONDS * 1000) / 3);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Renews all leases held now, in one statement. */
  async renew(): Promise<void> {
    const tokens = this.leases.tokens();
    if (tokens.length === 0) return;
    await this.ledger.renew(tokens).catch((error: unknown) => {
      this.logger.warn({ err: error, leases: tokens.length }, 'leases could not be renewed');
    });
  }
}
