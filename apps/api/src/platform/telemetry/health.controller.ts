import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { LOGGER } from '../config/config.module.js';
import { Stopping } from '../stopping.js';
import type { Logger } from './logger.js';
import { ReadinessProbes } from './readiness-probes.js';

/** For supervisors and load balancers. */
@Controller()
export class HealthController {
  constructor(
    private readonly probes: ReadinessProbes,
    private readonly stopping: Stopping,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The process is alive. Asks nothing else, so that a fault of the database does not get it restarted. */
  @Get('healthz')
  alive(): { status: string } {
    return { status: 'ok' };
  }

  /** Uploads can be taken: 200, or 503 with the names of the parts that fail; `stopping` while it shuts down. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) response: Response): Promise<{ status: string; failing?: string[] }> {
    response.setHeader('Cache-Control', 'no-store');
    if (this.stopping.announced) {
      response.status(503);
      return { status: 'failing', failing: ['stopping'] };
    }
    const failures = await this.probes.failures();
    if (failures.length === 0) return { status: 'ok' };
    for (const { name, cause } of failures) this.logger.warn({ err: cause, probe: name }, 'not ready');
    response.status(503);
    return { status: 'failing', failing: failures.map(({ name }) => name) };
  }
}
