/** What the supervisor of a guest counts with, beside the disk: `tools/proof/rig`. */
import { balanced, type Holding } from '../../support/conservation.js';

export { endTurnsOfTheDead as settle } from '../../support/dead-turns.js';

/** A guest is slow. */
const PATIENCE_MS = 180_000;

/** What is wrong with what a product in a guest holds, once it has had the time to put everything in order. */
export function count(holding: Omit<Holding, 'logs'>): Promise<string[]> {
  return balanced({ ...holding, logs: { rawLines: [] } }, PATIENCE_MS);
}
