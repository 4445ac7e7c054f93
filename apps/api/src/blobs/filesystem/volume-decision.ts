import { StartFault } from '../../platform/start-fault.js';

/** What is found where the data folder should be. */
export interface FoundFolder {
  readonly root: string;
  readonly state: 'missing' | 'empty' | 'used';
  /** Id of the volume, from its file; null without one. */
  readonly id: string | null;
  /** Staged bytes or blobs are there; looked for only where there is no id. */
  readonly hasBytes: boolean;
}

/** What the database says of its volume. */
export interface KnownVolume {
  readonly id: string;
  /** Where it was last seen. */
  readonly path: string;
  /** False: its making was begun, and nothing was ever stored in it. */
  readonly ready: boolean;
}

/** The database's side. */
export interface VolumeRecords {
  readonly volume: KnownVolume | null;
  readonly hasUploads: boolean;
  readonly hasBlobs: boolean;
}

/** Name of a refused folder where neither side has an id. */
const UNNAMED = 'unnamed';

/**
 * Whether this folder is the one that this database's rows belong to.
 * @param adopt name of the one refusal that the operator has overruled: the id in its sentence
 * @returns `keep`: it is; `make`: there was none before, and this folder becomes it under a new id
 * @throws StartFault when it is another one, or there is reason to believe so
 */
export function decideVolume(folder: FoundFolder, records: VolumeRecords, adopt: string | null): 'keep' | 'make' {
  const { volume } = records;
  if (volume !== null && volume.id === folder.id) return 'keep';
  const refusal = refusalOf(folder, records);
  // A new id even for a folder that has one: another database that knows the old one must not take it for its own.
  if (refusal === null || adopt === (folder.id ?? volume?.id ?? UNNAMED)) return 'make';
  throw new StartFault(refusal);
}

function refusalOf(folder: FoundFolder, records: VolumeRecords): string | null {
  const { volume } = records;
  if (volume?.ready !== true) return folder.id === null ? unnamedRefusal(folder, records) : foreign(folder);
  const where = `this database's files are on volume ${volume.id}, last seen at ${volume.path}`;
  if (folder.id !== null) {
    return `The data folder ${folder.root} is volume ${folder.id}, but ${where}: mount that one, or correct STOWAGE_DATA_DIR or DATABASE_URL.`;
  }
  return `The data folder ${folder.root} ${lack(folder)}, but ${where}: mount its disk, or correct STOWAGE_DATA_DIR or DATABASE_URL.`;
}

function lack({ state }: FoundFolder): string {
  switch (state) {
    case 'missing':
      return 'is missing';
    case 'empty':
      return 'is empty';
    case 'used':
      return 'has no volume.json';
  }
}

function foreign({ root, id }: FoundFolder): string {
  return `The data folder ${root} is volume ${String(id)}, which belongs to another database: correct DATABASE_URL, or set STOWAGE_DATA_DIR to an empty folder.`;
}

/** Neither side has an id: both are new, or from before there were volumes. Then what they hold must fit. */
function unnamedRefusal(folder: FoundFolder, records: VolumeRecords): string | null {
  if (records.hasBlobs && !folder.hasBytes) {
    return `The data folder ${folder.root} has no files, but this database has: mount its disk, or correct STOWAGE_DATA_DIR or DATABASE_URL.`;
  }
  if (folder.hasBytes && !records.hasUploads) {
    return `The data folder ${folder.root} has files that this database does not know: correct DATABASE_URL, or set STOWAGE_DATA_DIR to an empty folder.`;
  }
  return null;
}
