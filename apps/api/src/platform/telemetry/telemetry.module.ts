import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HealthController } from './health.controller.js';
import { ReadinessProbes } from './readiness-probes.js';

/** What operators see of the process. */
@Global()
@Module({ controllers: [HealthController], providers: [ReadinessProbes], exports: [ReadinessProbes] })
export class TelemetryModule {
  constructor(probes: ReadinessProbes, database: DataSource) {
    probes.add('database', async () => {
      await database.query('SELECT 1');
    });
  }
}
