import { StartFault } from '../../platform/start-fault.js';
import { errnoOf } from './storage-faults.js';

/** Says at start that the data folder cannot be read or written, and why. */
export function unusableFolder(root: string, error: unknown): StartFault {
  return new StartFault(
    `The data folder ${root} cannot be used (${errnoOf(error) ?? String(error)}): make it writable for this user, ` +
      'or set STOWAGE_DATA_DIR to another folder.',
    { cause: error },
  );
}
