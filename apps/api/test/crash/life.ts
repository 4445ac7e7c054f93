import type { DataSource } from 'typeorm';
import { startEngine, type Engine, type Home } from '../engine.js';
import type { Random } from '../random.js';
import { until } from '../sending.js';
import { connect, serverUrl } from '../test-database.js';
import { Book } from './book.js';
import { readImage, writeImage, type DiskImage } from './disk-image.js';
import { Power, type Stop } from './power.js';
import { recordStatements } from './recorded-database.js';
import { EMPTY_STORE, RecordingDisk, STORE_FOLDERS, type SkippedSync } from './recording-disk.js';
import type { Story } from './stories.js';
import { Survival } from './survival.js';
import { losses, orphans, recordsOf } from './verdict.js';

/** One server from its start to a power cut, in a home that was empty. */
export interface Life {
  readonly story: Story;
  readonly random: Random;
  /** When the power is cut; at the end of the story when that does not come. */
  readonly stop: Stop;
  readonly skipped?: SkippedSync;
}

/** What a life has left. */
export interface Remains {
  readonly disk: RecordingDisk;
  readonly power: Power;
  readonly book: Book;
}

/** A disk that lacks something. */
export interface LossyImage {
  readonly image: DiskImage;
  readonly losses: readonly string[];
}

/** Lives and ends servers in one home, and looks at what is left. */
export class CrashLab {
  private constructor(
    private readonly home: Home,
    /** A view of the database that no power cut ends. */
    private readonly observer: DataSource,
    private readonly admin: DataSource,
  ) {}

  static async open(home: Home): Promise<CrashLab> {
    return new CrashLab(home, await connect(home.url, 1), await connect(serverUrl(), 1));
  }

  async close(): Promise<void> {
    await this.observer.destroy();
    await this.admin.destroy();
  }

  /** Empties the home, lives the story, and cuts the power. */
  async live({ story, random, stop, skipped }: Life): Promise<Remains> {
    await this.observer.query('DELETE FROM entries; DELETE FROM uploads; DELETE FROM blobs; DELETE FROM upload_owners');
    await this.observer.query('UPDATE spaces SET used_bytes = 0, reserved_bytes = 0');
    await this.put(EMPTY_STORE);
    const book = new Book();
    const ended = await this.run(stop, skipped ?? null, (engine) => story(engine, book, random));
    return { ...ended, book };
  }

  /** Starts a server on what a power cut has left, as it is, and cuts the power again while it takes things up. */
  async dieInRecovery(stop: Stop): Promise<Pick<Remains, 'disk' | 'power'>> {
    return this.run(stop, null, (engine) => this.recover(engine));
  }

  private async run(stop: Stop, skipped: SkippedSync | null, work: (engine: Engine) => Promise<void>) {
    const power = new Power(stop);
    const disk = await RecordingDisk.over(this.home.folder, power, skipped);
    // More connections than calls at once: a call that waits for one would begin after the cut, when others let go.
    const engine = await startEngine(this.home, 100, disk);
    recordStatements(engine.database, power);
    const done = work(engine).catch((error: unknown) => {
      if (power.cutAt === null) throw error;
    });
    await Promise.race([power.cut, done]);
    power.turnOff();
    // Open transactions end with their connections, as they do when the machine dies.
    await this.endTransactions(power);
    power.end();
    await engine.stop();
    await done;
    return { disk, power };
  }

  /**
   * Ends the connections that are at work or in a transaction, and waits until no call is at work. Idle ones hold nothing,
   * and one that is just being made could not be told yet that it ends.
   */
  private async endTransactions(power: Power): Promise<void> {
    const [own] = await this.observer.query<{ pid: number; datname: string }[]>(
      `SELECT pg_backend_pid() AS pid, current_database() AS datname`,
    );
    const busy = `FROM pg_stat_activity WHERE datname = $1 AND pid <> $2 AND state <> 'idle'`;
    const which = [own?.datname, own?.pid];
    await until(async () => {
      await this.admin.query(`SELECT pg_terminate_backend(pid) ${busy}`, which);
      const left = await this.admin.query<unknown[]>(`SELECT 1 ${busy}`, which);
      return left.length === 0 && power.quiet;
    });
  }

  private async recover(engine: Engine): Promise<void> {
    await engine.boot();
    await until(async () => (await engine.ledger.inState('completing')).length === 0);
    // What one pass suspects the next one puts aside.
    for (let pass = 0; pass < 2; pass++) await engine.reconcile.run(new AbortController().signal);
  }

  /** Of many ways in which a power cut can leave the disk, those that lack something; each with what it lacks. */
  async lossyImages({ disk, book }: Remains, random: Random, rolls: number): Promise<LossyImage[]> {
    const records = await recordsOf(this.observer);
    const images = Array.from({ length: rolls }, () => disk.afterCut(new Survival(random)));
    return images
      .map((image) => ({ image, losses: losses(records, image, book) }))
      .filter((lossy) => lossy.losses.length > 0);
  }

  /** Puts on the disk what a power cut can leave, this way or another. */
  async cut({ disk }: Pick<Remains, 'disk'>, random: Random): Promise<void> {
    await this.put(disk.afterCut(new Survival(random)));
  }

  /** Puts an image on the disk. */
  put(image: DiskImage): Promise<void> {
    return writeImage(this.home.folder, STORE_FOLDERS, image);
  }

  /** Starts a server on what is there, lets it take everything up, and tells what is lost and what is left over. */
  async faultsAfterRestart(book: Book): Promise<{ readonly losses: string[]; readonly orphans: string[] }> {
    const engine = await startEngine(this.home);
    try {
      await this.recover(engine);
    } finally {
      await engine.stop();
    }
    const records = await recordsOf(this.observer);
    const image = await readImage(this.home.folder, STORE_FOLDERS);
    return { losses: losses(records, image, book), orphans: orphans(records, image) };
  }
}
