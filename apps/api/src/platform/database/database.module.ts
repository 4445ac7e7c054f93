import { Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { CONFIGURATION } from '../config/config.module.js';
import type { Configuration } from '../config/configuration.js';
import { FirstUpload1764000000000 } from './migrations/1-first-upload.js';
import { Volumes1764000003000 } from './migrations/3-volumes.js';
import { BlobStates1764000004000 } from './migrations/4-blob-states.js';
import { Quota1764000005000 } from './migrations/5-quota.js';
import { ConflictPolicies1764000006000 } from './migrations/6-conflict-policies.js';
import { Indexes1764000007000 } from './migrations/7-indexes.js';
import { Accounts1764000008000 } from './migrations/8-accounts.js';
import { People1764000009000 } from './migrations/9-people.js';
import { ApiTokens1764000010000 } from './migrations/10-api-tokens.js';
import { UploadGrants1764000011000 } from './migrations/11-upload-grants.js';
import { Spaces1764000012000 } from './migrations/12-spaces.js';
import { Folders1764000013000 } from './migrations/13-folders.js';
import { Operations1764000014000 } from './migrations/14-operations.js';
import { Policies1764000015000 } from './migrations/15-policies.js';
import { Links1764000016000 } from './migrations/16-links.js';
import { UploadLists1764000017000 } from './migrations/17-upload-lists.js';
import { Engine1764000002000 } from './migrations/2-engine.js';
import { PoolClient } from './pool-client.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [
  FirstUpload1764000000000,
  Engine1764000002000,
  Volumes1764000003000,
  BlobStates1764000004000,
  Quota1764000005000,
  ConflictPolicies1764000006000,
  Indexes1764000007000,
  Accounts1764000008000,
  People1764000009000,
  ApiTokens1764000010000,
  UploadGrants1764000011000,
  Spaces1764000012000,
  Folders1764000013000,
  Operations1764000014000,
  Policies1764000015000,
  Links1764000016000,
  UploadLists1764000017000,
];

/** How the server connects: a small pool with deadlines everywhere, so that a stuck statement ends as an error. */
export function dataSourceOptions(url: string): TypeOrmModuleOptions & { type: 'postgres' } {
  return {
    type: 'postgres',
    url,
    autoLoadEntities: true,
    retryAttempts: 0,
    extra: {
      Client: PoolClient,
      max: 10,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 30_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: 30_000,
    },
  };
}

/** The connections to PostgreSQL, whose schema is up to date before there are any (`schema.ts`). */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) => dataSourceOptions(configuration.database.url),
    }),
  ],
})
export class DatabaseModule {}
