import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { BlobsModule } from './blobs/blobs.module.js';
import type { Volume } from './blobs/filesystem/volume.js';
import { VolumeModule } from './blobs/filesystem/volume.module.js';
import { API_ROUTES, apiDocument } from './api-routes.js';
import { EntriesModule } from './entries/entries.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { PermissionGuard, ROUTE_PERMISSIONS, routePermissions } from './identity/permission.guard.js';
import { ConfigModule } from './platform/config/config.module.js';
import type { Configuration } from './platform/config/configuration.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { JobsModule } from './platform/jobs/jobs.module.js';
import type { Logger } from './platform/telemetry/logger.js';
import { OpenApiModule } from './platform/openapi/openapi.module.js';
import { TelemetryModule } from './platform/telemetry/telemetry.module.js';
import { SharingModule } from './sharing/sharing.module.js';
import { SpacesModule } from './spaces/spaces.module.js';
import { UploadModule } from './upload/upload.module.js';

/** The whole server. */
@Module({})
export class AppModule {
  static with(configuration: Configuration, logger: Logger, volume: Volume): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(configuration, logger),
        VolumeModule.with(volume),
        DatabaseModule,
        TelemetryModule,
        JobsModule,
        IdentityModule,
        BlobsModule,
        SpacesModule,
        EntriesModule,
        UploadModule,
        SharingModule,
        OpenApiModule.with(apiDocument()),
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: PermissionGuard },
        { provide: ROUTE_PERMISSIONS, useValue: routePermissions(API_ROUTES) },
      ],
    };
  }
}
