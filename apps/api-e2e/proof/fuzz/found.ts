import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SEED } from '../../support/random.js';
import type { FuzzCase } from './fuzz-case.js';

/** Requests that something was wrong with once; each is sent again in every run. */
const KEPT = fileURLToPath(new URL('found', import.meta.url));

/** A case as it is kept: bytes as a text, one character each. */
interface Kept extends Omit<FuzzCase, 'bytes'> {
  readonly fault: string;
  readonly seed: string;
  readonly bytes: string;
}

/** Writes a case down so that it can be sent again; returns the file's name. */
export function keep(fuzzCase: FuzzCase, fault: string): string {
  const folder = join(tmpdir(), `stowage-fuzz-${SEED}`);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${fuzzCase.index}.json`);
  const kept: Kept = { fault, seed: SEED, ...fuzzCase, bytes: fuzzCase.bytes.toString('latin1') };
  writeFileSync(path, `${JSON.stringify(kept, null, 2)}\n`);
  return path;
}

/** The kept cases, by the names of their files. */
export function keptCases(): (readonly [name: string, fuzzCase: FuzzCase])[] {
  const names = readdirSync(KEPT).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => {
    const kept = JSON.parse(readFileSync(join(KEPT, name), 'utf8')) as Kept;
    return [name, { ...kept, bytes: Buffer.from(kept.bytes, 'latin1') }] as const;
  });
}
