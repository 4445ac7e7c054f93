import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Job } from '../platform/jobs/job.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { Attempts } from './attempts.js';
import { KnownDevices } from './known-devices.js';
import { PasswordLinks } from './password-links.js';
import { SessionLedger } from './session-ledger.js';

/** Forgets sessions, links, devices and attempts that are over. */
@Injectable()
export class IdentityUpkeep implements Job {
  readonly name = 'identity-upkeep';
  readonly everySeconds = 3600;

  constructor(
    private readonly sessions: SessionLedger,
    private readonly devices: KnownDevices,
    private readonly attempts: Attempts,
    private readonly links: PasswordLinks,
    private readonly database: DataSource,
    jobs: JobRunner,
  ) {
    jobs.register(this);
  }

  async run(): Promise<void> {
    await this.sessions.removeOver();
    await this.devices.removeOld();
    await this.attempts.removeEmpty();
    await this.links.removeOver();
    await this.database.query('DELETE FROM set_up_links WHERE expires_at < now()');
  }
}
