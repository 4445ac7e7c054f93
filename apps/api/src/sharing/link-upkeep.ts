import { Injectable } from '@nestjs/common';
import { LinkLog } from '../identity/link-log.js';
import { LinkPasswords } from '../identity/link-passwords.js';
import type { Job } from '../platform/jobs/job.js';
import { JobRunner } from '../platform/jobs/job-runner.js';

/** Forgets who has shown the password of a link, and what was done with links long ago. */
@Injectable()
export class LinkUpkeep implements Job {
  readonly name = 'link-upkeep';
  readonly everySeconds = 3600;

  constructor(
    private readonly passwords: LinkPasswords,
    private readonly log: LinkLog,
    jobs: JobRunner,
  ) {
    jobs.register(this);
  }

  async run(): Promise<void> {
    await this.passwords.removeOver();
    await this.log.removeOld();
  }
}
