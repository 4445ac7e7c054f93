import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Figures of a campaign, by name. They are added up over all reports and runs; of those named `peak…` the highest counts.
 * A run that counts any `lost`, `partial`, `orphans` or `otherFaults` has failed.
 */
export type Counts = Readonly<Record<string, number>>;

/**
 * Tells `npm run prove` what was done; a test that is run otherwise tells nobody. From `afterAll`, so that what a failed
 * test has done counts as well.
 */
export function report(counts: Counts): void {
  const folder = process.env.STOWAGE_PROOF_REPORTS;
  if (folder !== undefined) writeFileSync(join(folder, `${randomUUID()}.json`), JSON.stringify(counts));
}
