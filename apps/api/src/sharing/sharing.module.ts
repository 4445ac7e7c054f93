import { Module } from '@nestjs/common';
import { BlobsModule } from '../blobs/blobs.module.js';
import { EntriesModule } from '../entries/entries.module.js';
import { JobsModule } from '../platform/jobs/jobs.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { SpacesModule } from '../spaces/spaces.module.js';
import { HeldLinksController } from './held-links.controller.js';
import { LinkLedger } from './link-ledger.js';
import { LinkUpkeep } from './link-upkeep.js';
import { ShareDownloads } from './share-downloads.js';
import { ShareLinksController } from './share-links.controller.js';
import { ShareLinks } from './share-links.service.js';
import { SharedTree } from './shared-tree.js';
import { UploadPasswordController } from './upload-password.controller.js';

/** Links that let others read, or upload, without an account. */
@Module({
  imports: [BlobsModule, EntriesModule, IdentityModule, JobsModule, SpacesModule],
  controllers: [HeldLinksController, ShareLinksController, UploadPasswordController],
  providers: [LinkLedger, LinkUpkeep, ShareDownloads, ShareLinks, SharedTree],
})
export class SharingModule {}
