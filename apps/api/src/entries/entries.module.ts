import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BlobsModule } from '../blobs/blobs.module.js';
import { SpacesModule } from '../spaces/spaces.module.js';
import { Entry } from './entities/entry.entity.js';
import { EntryLedger } from './entry-ledger.js';
import { FileGauges } from './file-gauges.js';
import { FileListing } from './file-listing.js';
import { FileRemover } from './file-remover.js';
import { FilesController } from './files.controller.js';
import { ZipListing } from './zip-listing.js';
import { ZipWalk } from './zip-walk.js';
import { ZipController } from './zip.controller.js';

/** Folders and files. */
@Module({
  imports: [TypeOrmModule.forFeature([Entry]), BlobsModule, SpacesModule],
  controllers: [FilesController, ZipController],
  providers: [EntryLedger, FileGauges, FileListing, FileRemover, ZipListing, ZipWalk],
  exports: [EntryLedger, FileListing, FileRemover],
})
export class EntriesModule {}
