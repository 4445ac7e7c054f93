import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BlobsModule } from '../blobs/blobs.module.js';
import { Entry } from './entities/entry.entity.js';
import { Space } from './entities/space.entity.js';
import { EntryLedger } from './entry-ledger.js';
import { FileGauges } from './file-gauges.js';
import { FileListing } from './file-listing.js';
import { FileRemover } from './file-remover.js';
import { FilesController } from './files.controller.js';
import { SpaceQuota } from './space-quota.js';
import { UsageController } from './usage.controller.js';

/** Spaces, folders and files. */
@Module({
  imports: [TypeOrmModule.forFeature([Space, Entry]), BlobsModule],
  controllers: [FilesController, UsageController],
  providers: [EntryLedger, FileGauges, FileListing, FileRemover, SpaceQuota],
  exports: [EntryLedger, FileListing, FileRemover, SpaceQuota],
})
export class EntriesModule {}
