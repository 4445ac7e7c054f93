import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.js';

const ROOT = '/sys/fs/cgroup';
/** Version 2 has one tree for everything, version 1 one for memory. */
const IS_TWO = existsSync(join(ROOT, 'cgroup.controllers'));
const TREE = IS_TWO ? ROOT : join(ROOT, 'memory');
const FILES = IS_TWO
  ? { limit: 'memory.max', peak: 'memory.peak', ooms: 'memory.events' }
  : { limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes', ooms: 'memory.oom_control' };

let made = 0;

/** A group of processes that together get no more memory than they may: what they want more of is taken from them, or kills one. */
export class MemoryCgroup {
  /** Words to put before a command that is to run in it. */
  readonly within: readonly string[];
  private readonly folder: string;

  /**
   * @param bytes all that its processes may have, with what the kernel keeps of their files
   * @throws Error where this machine gives none
   */
  constructor(bytes: number) {
    this.folder = join(TREE, `stowage-proof-${process.pid}-${++made}`);
    mkdirSync(this.folder);
    try {
      if (IS_TWO && !existsSync(this.at(FILES.limit))) writeFileSync(join(TREE, 'cgroup.subtree_control'), '+memory');
      writeFileSync(this.at(FILES.limit), String(bytes));
    } catch (error) {
      rmdirSync(this.folder);
      throw error;
    }
    this.within = ['sh', '-c', 'echo $$ > "$1" && shift && exec "$@"', 'sh', this.at('cgroup.procs')];
  }

  private at(file: string): string {
    return join(this.folder, file);
  }

  /** The most that they ever had, in bytes, with what the kernel keeps of their files; null where it is not told. */
  get peak(): number | null {
    return existsSync(this.at(FILES.peak)) ? Number(readFileSync(this.at(FILES.peak), 'utf8')) : null;
  }

  /** Processes that were killed because there was no more. */
  get oomKills(): number {
    return Number(/^oom_kill (\d+)$/mu.exec(readFileSync(this.at(FILES.ooms), 'utf8'))?.[1]);
  }

  /** Ends it; after its last process. */
  async remove(): Promise<void> {
    await until('nobody is in it', () => readFileSync(this.at('cgroup.procs'), 'utf8') === '');
    rmdirSync(this.folder);
  }
}

/** True when this machine lets us make one. */
export async function canLimitMemory(): Promise<boolean> {
  try {
    const group = new MemoryCgroup(64 * 1024 * 1024);
    await group.remove();
    return true;
  } catch {
    return false;
  }
}
