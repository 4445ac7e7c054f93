import { Global, Module } from '@nestjs/common';
import { JobGauges } from './job-gauges.js';
import { JobRunner } from './job-runner.js';

/** Work that the server does by itself; each module registers its own with the {@link JobRunner}. */
@Global()
@Module({ providers: [JobGauges, JobRunner], exports: [JobRunner] })
export class JobsModule {}
