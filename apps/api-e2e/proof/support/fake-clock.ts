import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLACES = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketimeMT.so.1`);

/** Where Linux keeps memory that processes share by a name. */
const SHARED = '/dev/shm';

/** The library of Debian's package libfaketime; null where it is not installed. */
export const FAKETIME = PLACES.find((file) => existsSync(file)) ?? null;

/**
 * The time of day of some processes, apart from that of the machine. What counts from an unknown beginning, as timers do,
 * goes on as it is, and so do the times of files.
 */
export class FakeClock {
  /** Environment of the processes that go by it; they look at most a second late. */
  readonly env: Readonly<Record<string, string>>;
  private readonly folder = mkdtempSync(join(tmpdir(), 'stowage-clock-'));
  private readonly file = join(this.folder, 'offset');
  private readonly madeAt = Date.now();
  private seconds = 0;

  constructor() {
    this.env = {
      ...{ LD_PRELOAD: FAKETIME ?? '', FAKETIME_TIMESTAMP_FILE: this.file, FAKETIME_CACHE_DURATION: '1' },
      ...{ FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' },
    };
    this.set(0);
  }

  /** Seconds before or after the machine's time. */
  set(seconds: number): void {
    this.seconds = seconds;
    // Whoever reads it in between reads a whole one.
    writeFileSync(`${this.file}.new`, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
    renameSync(`${this.file}.new`, this.file);
  }

  /** True when a moment is now by this clock. */
  isNow(moment: Date): boolean {
    return Math.abs(moment.getTime() - Date.now() - this.seconds * 1000) < 30_000;
  }

  /** After the end of the processes that went by it. */
  dispose(): void {
    rmSync(this.folder, { recursive: true });
    // The library leaves what it shares with its children, named by the process.
    for (const name of readdirSync(SHARED)) {
      const [, pid] = /^(?:sem\.faketime_sem|faketime_shm)_(\d+)$/u.exec(name) ?? [];
      if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
      const file = join(SHARED, name);
      if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= this.madeAt) rmSync(file, { force: true });
    }
  }
}
