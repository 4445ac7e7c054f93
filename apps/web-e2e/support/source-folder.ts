import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Random } from '../../api-e2e/support/random.js';

const PIECE = 4 * 1024 * 1024;

/** A file that a person has. */
export interface SourceFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** A folder with files of random bytes, of any size: they are never held in memory whole. */
export class SourceFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'stowage-source-'));
  private readonly random: Random;

  constructor(label: string) {
    this.random = new Random(label);
  }

  /** @param relative path below the folder; folders in it are made */
  write(relative: string, size: number): SourceFile {
    const path = join(this.path, relative);
    mkdirSync(dirname(path), { recursive: true });
    const hash = createHash('sha256');
    const file = openSync(path, 'w');
    for (let left = size; left > 0; left -= PIECE) {
      const bytes = this.random.bytes(Math.min(left, PIECE));
      hash.update(bytes);
      writeSync(file, bytes);
    }
    closeSync(file);
    return { name: relative.split('/').at(-1) ?? '', path, size, sha256: hash.digest('hex') };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
