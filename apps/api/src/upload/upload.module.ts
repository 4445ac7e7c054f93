import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BlobsModule } from '../blobs/blobs.module.js';
import { EntriesModule } from '../entries/entries.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { SpacesModule } from '../spaces/spaces.module.js';
import { BodyStops } from './body-stops.js';
import { ChunkLedger } from './chunk-ledger.js';
import { ChunkService } from './chunk.service.js';
import { CompletionService } from './completion.service.js';
import { Chunk } from './entities/chunk.entity.js';
import { Upload } from './entities/upload.entity.js';
import { LeaseRenewal } from './lease-renewal.js';
import { LinkLimits } from './link-limits.js';
import { PrefixFollower } from './prefix-follower.js';
import { FormIntake } from './protocols/dropzone/form-intake.js';
import { DropzoneController } from './protocols/dropzone/dropzone.controller.js';
import { RestIntake } from './protocols/rest/rest-intake.js';
import { RestController } from './protocols/rest/rest.controller.js';
import { QuotaAudit } from './quota-audit.js';
import { RequestsController } from './requests/requests.controller.js';
import { RequestSlots } from './request-slots.js';
import { UploadGauges } from './upload-gauges.js';
import { UploadChanges } from './upload-changes.service.js';
import { UploadDigestPages } from './upload-digest-pages.js';
import { UploadController } from './upload.controller.js';
import { StagingReconcile } from './staging-reconcile.js';
import { UploadLeases } from './upload-leases.js';
import { UploadPolicy } from './upload-policy.js';
import { UploadLedger } from './upload-ledger.js';
import { UploadListing } from './upload-listing.js';
import { UploadPurgeController } from './upload-purge.controller.js';
import { UploadPurgeLedger } from './upload-purge-ledger.js';
import { UploadPurge } from './upload-purge.service.js';
import { UploadScopes } from './upload-scopes.js';
import { UploadRecovery } from './upload-recovery.js';
import { UploadUpkeep } from './upload-upkeep.js';
import { UpkeepLedger } from './upkeep-ledger.js';
import { UploadPasswords } from './upload-passwords.js';
import { UploadService } from './upload.service.js';
import { UploadSpaces } from './upload-spaces.js';

/** The upload engine and the protocols that speak to it. */
@Module({
  imports: [TypeOrmModule.forFeature([Upload, Chunk]), BlobsModule, EntriesModule, IdentityModule, SpacesModule],
  controllers: [UploadController, UploadPurgeController, RestController, DropzoneController, RequestsController],
  providers: [
    BodyStops,
    ChunkLedger,
    ChunkService,
    LeaseRenewal,
    CompletionService,
    FormIntake,
    RestIntake,
    LinkLimits,
    PrefixFollower,
    QuotaAudit,
    UploadGauges,
    UploadLedger,
    UploadPolicy,
    UploadChanges,
    UploadDigestPages,
    UploadListing,
    UploadPurge,
    UploadPurgeLedger,
    UploadScopes,
    StagingReconcile,
    UpkeepLedger,
    UploadRecovery,
    UploadUpkeep,
    UploadPasswords,
    UploadService,
    UploadSpaces,
    { provide: UploadLeases, useFactory: () => new UploadLeases() },
    {
      provide: RequestSlots,
      inject: [CONFIGURATION],
      useFactory: ({ limits }: Configuration) => new RequestSlots(limits.maxChunkRequests),
    },
  ],
})
export class UploadModule {}
