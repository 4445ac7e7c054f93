import { readdirSync } from 'node:fs';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics.js';

/** How often the event loop is asked whether it is on time. */
const RESOLUTION_MS = 10;

/**
 * Adds what the operating system and Node know of this process. The lag of the event loop is told of the time since the
 * metrics were last read.
 * @returns stops what had to be started for it
 */
export function addProcessMetrics(metrics: Metrics): () => void {
  const startedAt = Date.now() / 1000 - process.uptime();
  metrics.addCounter('process_cpu_seconds_total', 'CPU time of user and system.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.addGauge('process_resident_memory_bytes', 'Memory in RAM.', () => process.memoryUsage.rss());
  metrics.addGauge('process_heap_bytes', "JavaScript's own part of the memory.", () => process.memoryUsage().heapUsed);
  metrics.addGauge('process_open_fds', 'Open files and connections.', openFiles);
  metrics.addGauge('process_start_time_seconds', 'When the process was started, since 1970.', () => startedAt);
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  addLag(metrics, delays);
  return () => {
    delays.disable();
  };
}

/** Where the system does not tell, NaN, which Prometheus takes for no value. */
function openFiles(): number {
  try {
    // One of them is the folder itself, open for reading.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return NaN;
  }
}

function addLag(metrics: Metrics, delays: IntervalHistogram): void {
  // What is measured is the time between two looks, which is the resolution when nothing is late.
  const late = (ns: number) => Math.max(0, (Number.isFinite(ns) ? ns : 0) / 1e9 - RESOLUTION_MS / 1000);
  const lag = (name: string, help: string, read: () => number) => {
    metrics.addGauge(`stowage_event_loop_lag_${name}_seconds`, `How late the event loop was: ${help}.`, read);
  };
  lag('p50', 'half of the looks were as late or less', () => late(delays.percentile(50)));
  lag('p99', '99 % of the looks were as late or less', () => late(delays.percentile(99)));
  // The last of the three to be read: registries read in the order of adding.
  lag('max', 'the worst look', () => {
    const worst = late(delays.max);
    delays.reset();
    return worst;
  });
}
