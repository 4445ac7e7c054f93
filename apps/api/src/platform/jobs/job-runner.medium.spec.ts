import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect as connectTo, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { until } from '../../../test/sending.js';
import { emptyDatabase } from '../../../test/test-database.js';
import { testLog, type TestLog } from '../../../test/test-log.js';
import { parseConfiguration } from '../config/configuration.js';
import { JobQueue } from './job-queue.js';
import { JobRunner } from './job-runner.js';
import type { Job } from './job.js';

let url: string;
let log: TestLog;
const runners: JobRunner[] = [];

beforeEach(async () => {
  url = await emptyDatabase();
  log = testLog();
});

afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.beforeApplicationShutdown();
});

/** A runner as a process has it, with its jobs. */
function runnerOf(jobs: readonly Job[], at = url): JobRunner {
  const runner = new JobRunner(parseConfiguration({ DATABASE_URL: at }), log.logger);
  runners.push(runner);
  for (const job of jobs) runner.register(job);
  return runner;
}

async function started(...jobs: Job[]): Promise<JobRunner> {
  const runner = runnerOf(jobs);
  await runner.onApplicationBootstrap();
  return runner;
}

/** A job that counts its runs. */
function counting(facts: Partial<Job> = {}): Job & { runs: number } {
  const job = {
    name: 'count',
    everySeconds: 1,
    runs: 0,
    run: (): Promise<void> => {
      job.runs++;
      return Promise.resolve();
    },
    ...facts,
  };
  return job;
}

/** A job whose runs end when they are let, or when they are aborted. */
function gated(facts: Partial<Job> = {}) {
  const open: (() => void)[] = [];
  const job = {
    name: 'gated',
    everySeconds: 3600,
    begun: 0,
    aborted: 0,
    run: (signal: AbortSignal): Promise<void> => {
      job.begun++;
      return new Promise<void>((resolve) => {
        open.push(resolve);
        signal.addEventListener('abort', () => {
          job.aborted++;
          resolve();
        });
      });
    },
    letGo: () => {
      for (const resolve of open.splice(0)) resolve();
    },
    ...facts,
  };
  return job;
}

async function statement(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}

describe('a job', () => {
  it('runs soon after the start, and then once a period', async () => {
    const [often, seldom] = [counting(), counting({ name: 'seldom', everySeconds: 3600 })];
    await started(often, seldom);
    await until(() => often.runs >= 4);
    // One run for the start and one for the period in which it lies, or two when the hour has just changed.
    expect(seldom.runs).toBeGreaterThanOrEqual(1);
    expect(seldom.runs).toBeLessThanOrEqual(3);
  });

  it('begins within a second of the start, on a database without its tables', async () => {
    const from = performance.now();
    await started(counting());
    expect(performance.now() - from).toBeLessThan(5_000);
    await runners.pop()?.beforeApplicationShutdown();
    const again = performance.now();
    await started(counting());
    expect(performance.now() - again).toBeLessThan(1_000);
  });

  it('runs again though a run failed, and the log has the cause', async () => {
    const job = counting({ run: () => Promise.reject(new Error('no luck', { cause: new Error('the moon') })) });
    let calls = 0;
    const run = job.run.bind(job);
    await started({
      ...job,
      run: (signal) => {
        calls++;
        return run(signal);
      },
    });
    await until(() => calls >= 3);
    const lines = log.lines.filter(({ level }) => level === 'error');
    expect(lines[0]).toMatchObject({
      job: 'count',
      msg: 'job failed, the next run tries again',
      err: { message: 'no luck', cause: { message: 'the moon' } },
    });
  });

  it('is told when its time is up', async () => {
    const job = gated({ mostSeconds: 1 });
    await started(job);
    await until(() => job.aborted === 1);
  });

  it('has a name of its own', () => {
    expect(() => runnerOf([counting(), counting()])).toThrow('two jobs count');
  });
});

describe('several processes', () => {
  it('run a job one at a time', async () => {
    let most = 0;
    const going = new Map<number, () => void>();
    /** Its runs end when they are let, or when they are not alone. */
    const job = (process: number): Job => ({
      ...{ name: 'alone', everySeconds: 1 },
      run: (signal) =>
        new Promise<void>((resolve) => {
          const end = (): void => {
            going.delete(process);
            resolve();
          };
          going.set(process, end);
          signal.addEventListener('abort', end);
          most = Math.max(most, going.size);
          if (most > 1) for (const other of going.values()) other();
        }),
    });
    const processes = await Promise.all([0, 1, 2].map((process) => started(job(process))));
    for (let round = 0; round < 4; round++) {
      await until(() => going.size > 0);
      const [[busy, end] = [-1, () => undefined]] = going;
      // Each of the others has asked and been told to wait, while the run was going on.
      const others = processes.filter((_, process) => process !== busy);
      const asked = await Promise.all(others.map((runner) => runner.runNow('alone')));
      expect([asked, most, going.has(busy)]).toEqual([[false, false], 1, true]);
      end();
    }
  });

  it('may start at the same time where nothing is made yet', async () => {
    const jobs = ['one', 'two', 'three', 'four'].map((name) => ({ ...counting(), name }));
    const queues = Array.from({ length: 6 }, () => new JobQueue(url, () => undefined));
    const opened = await Promise.allSettled(queues.map((queue) => queue.open(jobs)));
    await Promise.all(queues.map((queue) => queue.close()));
    expect(opened.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []))).toEqual([]);
  });

  it('run it once a period together', async () => {
    const jobs = [0, 1, 2].map(() => counting({ everySeconds: 3600 }));
    await Promise.all(jobs.map((job) => started(job)));
    const total = () => jobs.reduce((sum, { runs }) => sum + runs, 0);
    await until(() => total() >= 1);
    // All have asked when each has been asked itself.
    for (const runner of runners) await runner.runNow('count');
    // A start each at most, a period, one more when the hour has just changed, and the three asked for.
    expect(total()).toBeLessThanOrEqual(8);
  });

  it('do not wait for each other when they are asked to run it at once', async () => {
    const [mine, other] = [gated(), gated()];
    await started(mine);
    await until(() => mine.begun === 1);
    const second = await started(other);
    expect(await second.runNow('gated')).toBe(false);
    mine.letGo();
    await until(() => mine.begun + other.begun >= 2);
  });
});

describe('a process that was killed', () => {
  it('keeps its job waiting only as long as a run may take', async () => {
    const job = counting({ everySeconds: 3600, mostSeconds: 2 });
    // What kill -9 leaves: a turn taken and never given back.
    const dead = new JobQueue(url, () => undefined);
    await dead.open([job]);
    await dead.ask(job);
    expect(await dead.take(job)).not.toBeNull();
    await dead.close();
    const from = performance.now();
    await started(job);
    await until(() => job.runs === 1);
    expect(performance.now() - from).toBeLessThan(12_000);
  });
});

describe('a run that is asked for', () => {
  it('has ended when the answer comes', async () => {
    const job = counting({ everySeconds: 3600 });
    const runner = await started(job);
    const before = job.runs;
    expect(await runner.runNow('count')).toBe(true);
    expect(job.runs).toBeGreaterThan(before);
  });

  it('begins after the call, though one is going on', async () => {
    const job = gated();
    const runner = await started(job);
    await until(() => job.begun === 1);
    const asked = runner.runNow('gated');
    job.letGo();
    await until(() => job.begun === 2);
    job.letGo();
    expect(await asked).toBe(true);
  });

  it('fails as the run does', async () => {
    const runner = await started(counting({ run: () => Promise.reject(new Error('no luck')) }));
    await expect(runner.runNow('count')).rejects.toThrow('no luck');
    await expect(runner.runNow('other')).rejects.toThrow('no job other');
  });
});

describe('the end of the server', () => {
  it('aborts what runs, waits for it, and starts nothing more', async () => {
    const job = gated();
    const runner = await started(job);
    await until(() => job.begun === 1);
    await runner.beforeApplicationShutdown();
    expect(job.aborted).toBe(1);
    expect(await runner.runNow('gated').catch(() => 'refused')).not.toBe(true);
    expect(job.begun).toBe(1);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('does not wait for a job that does not listen', async () => {
    let begun = false;
    const job = counting({
      run: () => {
        begun = true;
        return new Promise<void>(() => undefined);
      },
    });
    const runner = await started(job);
    await until(() => begun);
    const from = performance.now();
    await runner.beforeApplicationShutdown();
    expect(performance.now() - from).toBeLessThan(7_000);
  });
});

describe('a database that goes away', () => {
  /** A way to the database that can be blocked. */
  async function road(): Promise<{ url: string; block: () => Promise<void>; open: () => Promise<void> }> {
    const target = new URL(url);
    const sockets = new Set<Socket>();
    const make = (): Server =>
      createServer((near) => {
        const far = connectTo(Number(target.port), target.hostname);
        for (const [from, to] of [
          [near, far],
          [far, near],
        ] as const) {
          sockets.add(from);
          from.on('error', () => to.destroy()).on('close', () => to.destroy());
          from.pipe(to);
        }
      });
    let server = make().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const via = new URL(url);
    via.hostname = '127.0.0.1';
    via.port = String(port);
    return {
      url: via.href,
      block: async () => {
        const closed = once(server, 'close');
        server.close();
        for (const socket of sockets) socket.destroy();
        await closed;
      },
      open: async () => {
        server = make().listen(port, '127.0.0.1');
        await once(server, 'listening');
      },
    };
  }

  it('makes jobs wait, also one that is running, and ends nothing', async () => {
    const way = await road();
    const [often, held] = [counting(), gated({ mostSeconds: 2 })];
    const runner = runnerOf([often, held], way.url);
    await runner.onApplicationBootstrap();
    await until(() => often.runs >= 2 && held.begun >= 1);
    await way.block();
    // A run that ends now cannot say so.
    held.letGo();
    await until(() => log.lines.some(({ msg }) => msg === 'jobs wait for the database'));
    const before = often.runs;
    await way.open();
    await until(() => often.runs >= before + 2);
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'info', msg: 'jobs go on' }));
    await runner.beforeApplicationShutdown();
    await way.block();
  });

  it('does so too when it ends the connections', async () => {
    const job = counting();
    await started(job);
    await until(() => job.runs >= 1);
    await statement(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stowage jobs' AND datname = current_database()`,
    );
    const before = job.runs;
    await until(() => job.runs >= before + 2);
  });
});

describe('a database that lets its user make no schema', () => {
  it('is told, with the fix', async () => {
    const { username, pathname } = new URL(url);
    await statement(`REVOKE CREATE ON DATABASE "${pathname.slice(1)}" FROM "${username}"`);
    await expect(started(counting())).rejects.toMatchObject({
      message: expect.stringContaining('GRANT CREATE ON DATABASE'),
    });
  });
});
