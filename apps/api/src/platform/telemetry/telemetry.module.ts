import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Stopping } from '../stopping.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { addProcessMetrics } from './process-metrics.js';
import { ReadinessProbes } from './readiness-probes.js';
import { Timings } from './timings.js';

/** What operators see of the process. */
@Global()
@Module({
  controllers: [HealthController, MetricsController],
  providers: [
    ReadinessProbes,
    Stopping,
    Metrics,
    {
      provide: Timings,
      inject: [Metrics],
      useFactory: (metrics: Metrics) =>
        new Timings((name, seconds) => {
          metrics.timed(name, seconds);
        }),
    },
  ],
  exports: [ReadinessProbes, Stopping, Metrics, Timings],
})
export class TelemetryModule implements OnApplicationShutdown {
  private readonly endProcessMetrics: () => void;

  constructor(probes: ReadinessProbes, database: DataSource, metrics: Metrics) {
    probes.add('database', async () => {
      await database.query('SELECT 1');
    });
    this.endProcessMetrics = addProcessMetrics(metrics);
  }

  onApplicationShutdown(): void {
    this.endProcessMetrics();
  }
}
