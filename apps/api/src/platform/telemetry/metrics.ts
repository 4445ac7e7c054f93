import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Sampled } from './sampled.js';
import type { TimingName } from './timings.js';

/** From a fast disk to a hanging one. */
const TIMING_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** From a list to a large chunk over a slow line. */
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** What a gauge is, apart from its values. */
export interface GaugeKind {
  /** Without the prefix `stowage_`. */
  readonly name: string;
  readonly help: string;
  /** A label that tells several values apart. */
  readonly label?: string;
}

/** The values of several gauges, by name: one each, or one for each value of its label. */
export type Readings = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** One request that has ended. */
export interface RequestFacts {
  /** The pattern of its route, never its address; `none` for the page's files and for what was refused before a route. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

/** Everything that this process counts, in a registry of its own. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'stowage_http_requests_total',
    help: 'Requests that have ended; status 0 is a client that went away before the answer.',
    labelNames: ['route', 'method', 'status'],
    registers: [this.registry],
  });
  private readonly durations = new Histogram({
    name: 'stowage_http_request_duration_seconds',
    help: 'From the end of the headers to the end of the answer, the time that the client takes to send included.',
    labelNames: ['route', 'method'],
    buckets: REQUEST_BUCKETS,
    registers: [this.registry],
  });
  private readonly timings: Readonly<Record<TimingName, Histogram>> = {
    sync: this.timing('sync_duration_seconds', 'Syncs of files and folders to the disk.'),
    chunk_commit: this.timing('chunk_commit_duration_seconds', 'Statements that record received bytes.'),
    completion_commit: this.timing('completion_commit_duration_seconds', 'Transactions that complete a file.'),
  };

  get contentType(): string {
    return this.registry.contentType;
  }

  requestEnded({ route, method, status, seconds }: RequestFacts): void {
    this.requests.inc({ route, method, status });
    this.durations.observe({ route, method }, seconds);
  }

  /** See {@link Timings}. */
  timed(name: TimingName, seconds: number): void {
    this.timings[name].observe(seconds);
  }

  /** Adds numbers that only rise, read when somebody looks; cheap ones. */
  addCounter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** Adds a number that rises and falls, read when somebody looks; a cheap one. */
  addGauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /**
   * Adds gauges whose values cost something, such as one statement for all of them: asked for at most every 5 s, and left
   * out while they cannot be had.
   */
  addSampled(kinds: readonly GaugeKind[], ask: () => Promise<Readings>): void {
    const sampled = new Sampled(ask);
    for (const kind of kinds) {
      new Gauge({
        name: `stowage_${kind.name}`,
        help: kind.help,
        labelNames: kind.label === undefined ? [] : [kind.label],
        registers: [this.registry],
        async collect() {
          const readings = await sampled.current();
          show(this, kind, readings?.[kind.name]);
        },
      });
    }
  }

  /** All metrics in Prometheus' text format. */
  render(): Promise<string> {
    return this.registry.metrics();
  }

  private timing(name: string, help: string): Histogram {
    return new Histogram({ name: `stowage_${name}`, help, buckets: TIMING_BUCKETS, registers: [this.registry] });
  }
}

function show(gauge: Gauge, { label }: GaugeKind, reading: Readings[string] | undefined): void {
  gauge.reset();
  if (reading === undefined) {
    // A gauge without labels shows 0 after a reset: that would be a fact.
    if (label === undefined) gauge.remove();
  } else if (typeof reading === 'number') gauge.set(reading);
  else for (const [value, count] of Object.entries(reading)) gauge.set({ [label ?? '']: value }, count);
}
