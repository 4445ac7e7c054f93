import { createCipheriv, createHash, randomBytes, type Cipher } from 'node:crypto';

/** Seed of the run: printed by whoever draws from it, set with STOWAGE_SEED to repeat a run. */
export const SEED = process.env['STOWAGE_SEED'] ?? randomBytes(6).toString('hex');

/** The same as the number that fast-check wants. */
export const FAST_CHECK_SEED = Number.parseInt(SEED.replace(/[^0-9a-f]/giu, '').slice(-7) || '1', 16);

/** Random data that is the same for the same seed and label, whatever else a test draws. */
export class Random {
  private readonly cipher: Cipher;

  constructor(label: string) {
    const key = createHash('sha256').update(`${SEED} ${label}`).digest();
    this.cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  }

  bytes(length: number): Buffer {
    return this.cipher.update(Buffer.alloc(length));
  }

  /** From 0 up to, and without, `end`. */
  integer(end: number): number {
    return this.bytes(6).readUIntLE(0, 6) % end;
  }

  /** True so often in a hundred. */
  chance(percent: number): boolean {
    return this.integer(100) < percent;
  }

  /** One of a list. */
  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.integer(items.length)] ?? items[0];
  }

  shuffled<T>(items: readonly T[]): T[] {
    const rest = [...items];
    return Array.from(items, () => rest.splice(this.integer(rest.length), 1)).flat();
  }

  /** A text as Dropzone makes its `dzuuid`. */
  uuid(): string {
    const hex = this.bytes(16).toString('hex');
    return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/u, '$1-$2-4$3-a$4-$5');
  }
}
