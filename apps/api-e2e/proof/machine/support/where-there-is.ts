import { describe } from '@jest/globals';
import { diskNeeds, missingOf, networkNeeds } from '../../../../../tools/proof/machine-needs.mjs';

type Group = typeof describe | typeof describe.skip;

/**
 * `describe` where disks can be made to fail; elsewhere its tests are skipped, and it is said why.
 * @param what in words, such as `disks that are full`
 */
export function whereDisksFail(what: string): Group {
  return group(missingOf(diskNeeds), what);
}

/** The same for networks. */
export function whereNetworksFail(what: string): Group {
  return group(missingOf(networkNeeds), what);
}

function group(missing: string, what: string): Group {
  if (missing === '') return describe;
  process.stderr.write(`${what} are skipped, for want of: ${missing}\n`);
  return describe.skip;
}
