import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BlobsModule } from '../blobs/blobs.module.js';
import { SpacesModule } from '../spaces/spaces.module.js';
import { Entry } from './entities/entry.entity.js';
import { EntriesController } from './entries.controller.js';
import { EntriesService } from './entries.service.js';
import { EntryLedger } from './entry-ledger.js';
import { EntryListing } from './entry-listing.js';
import { FileGauges } from './file-gauges.js';
import { FileListing } from './file-listing.js';
import { FileRemover } from './file-remover.js';
import { FileSender } from './file-sender.js';
import { FilesController } from './files.controller.js';
import { FoldersController } from './folders.controller.js';
import { EntryCopies } from './entry-copies.js';
import { FolderCopies } from './folder-copies.js';
import { OperationLedger } from './operation-ledger.js';
import { OperationRunner } from './operation-runner.js';
import { OperationSteps } from './operation-steps.js';
import { OperationsController } from './operations.controller.js';
import { OperationsService } from './operations.service.js';
import { Purger } from './purger.js';
import { SpaceMoves } from './space-moves.js';
import { TrashRetention } from './trash-retention.js';
import { TreeLedger } from './tree-ledger.js';
import { UploadPasswordLedger } from './upload-password-ledger.js';
import { ZipListing } from './zip-listing.js';
import { ZipSender } from './zip-sender.js';
import { ZipWalk } from './zip-walk.js';
import { ZipController } from './zip.controller.js';

/** Folders and files. */
@Module({
  imports: [TypeOrmModule.forFeature([Entry]), BlobsModule, SpacesModule],
  controllers: [EntriesController, FilesController, FoldersController, OperationsController, ZipController],
  providers: [
    EntriesService,
    EntryCopies,
    EntryLedger,
    EntryListing,
    FileGauges,
    FileListing,
    FileRemover,
    FileSender,
    FolderCopies,
    OperationLedger,
    OperationRunner,
    OperationSteps,
    OperationsService,
    Purger,
    SpaceMoves,
    TrashRetention,
    TreeLedger,
    UploadPasswordLedger,
    ZipListing,
    ZipSender,
    ZipWalk,
  ],
  exports: [
    EntryLedger,
    EntryListing,
    FileListing,
    FileRemover,
    FileSender,
    TreeLedger,
    UploadPasswordLedger,
    ZipListing,
    ZipSender,
  ],
})
export class EntriesModule {}
