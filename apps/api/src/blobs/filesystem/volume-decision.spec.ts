import { describe, expect, it } from '@jest/globals';
import { StartFault } from '../../platform/start-fault.js';
import { decideVolume, type FoundFolder, type VolumeRecords } from './volume-decision.js';

const OURS = 'O'.repeat(22);
const OTHER = 'F'.repeat(22);

const folder = (facts: Partial<FoundFolder>): FoundFolder => ({
  root: '/srv/data',
  state: 'used',
  id: null,
  hasBytes: false,
  ...facts,
});
const records = (facts: Partial<VolumeRecords>): VolumeRecords => ({
  volume: null,
  hasUploads: false,
  hasBlobs: false,
  ...facts,
});
const ready = { id: OURS, path: '/mnt/data', ready: true };
const begun = { id: OURS, path: '/mnt/data', ready: false };

/** `keep`, `make`, or the sentence of the refusal. */
function decided(found: FoundFolder, known: VolumeRecords, adopt: string | null = null): string {
  try {
    return decideVolume(found, known, adopt);
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    return error.message;
  }
}

describe('a data folder and a database', () => {
  it.each([
    ['both are new', folder({ state: 'missing' }), records({}), 'make'],
    ['the folder has only what the launcher left', folder({ state: 'empty' }), records({}), 'make'],
    ['both are from before there were volumes', folder({ hasBytes: true }), records({ hasUploads: true }), 'make'],
    ['all files of such a pair were deleted', folder({}), records({ hasUploads: true }), 'make'],
    ['they name each other', folder({ id: OURS }), records({ volume: ready, hasBlobs: true }), 'keep'],
    ['the start died before the row was ready', folder({ id: OURS }), records({ volume: begun }), 'keep'],
    ['the start died before the file was there', folder({}), records({ volume: begun }), 'make'],
  ])('belong together when %s', (_, found, known, decision) => {
    expect(decided(found, known)).toBe(decision);
  });

  it.each([
    ['is missing', folder({ state: 'missing' })],
    ['is empty', folder({ state: 'empty' })],
    ['has no volume.json', folder({ hasBytes: true })],
  ])('are refused when the folder %s', (words, found) => {
    expect(decided(found, records({ volume: ready }))).toBe(
      `The data folder /srv/data ${words}, but this database's files are on volume ${OURS}, last seen at /mnt/data: mount its disk, or correct STOWAGE_DATA_DIR or DATABASE_URL.`,
    );
  });

  it('are refused when the folder is another volume', () => {
    expect(decided(folder({ id: OTHER }), records({ volume: ready }))).toBe(
      `The data folder /srv/data is volume ${OTHER}, but this database's files are on volume ${OURS}, last seen at /mnt/data: mount that one, or correct STOWAGE_DATA_DIR or DATABASE_URL.`,
    );
  });

  it.each([
    ['a new database', records({})],
    ['one that has no volume yet', records({ volume: begun })],
  ])('are refused when a volume meets %s', (_, known) => {
    expect(decided(folder({ id: OTHER }), known)).toBe(
      `The data folder /srv/data is volume ${OTHER}, which belongs to another database: correct DATABASE_URL, or set STOWAGE_DATA_DIR to an empty folder.`,
    );
  });

  it('from before there were volumes are refused when one has what the other lacks', () => {
    expect(decided(folder({ state: 'empty' }), records({ hasUploads: true, hasBlobs: true }))).toMatch(
      /has no files, but this database has: mount its disk/u,
    );
    expect(decided(folder({ hasBytes: true }), records({}))).toMatch(/has files that this database does not know/u);
  });
});

describe('an adopted folder', () => {
  const CASES = [
    ['another volume', folder({ id: OTHER }), records({ volume: ready }), OTHER],
    ['a volume that a new database meets', folder({ id: OTHER }), records({}), OTHER],
    ['an empty folder in place of a lost one', folder({ state: 'empty' }), records({ volume: ready }), OURS],
    ['files of unknown origin', folder({ hasBytes: true }), records({}), 'unnamed'],
  ] as const;

  it.each(CASES)('is %s, under a new id', (_, found, known, adopt) => {
    expect(decided(found, known, adopt)).toBe('make');
  });

  it.each(CASES)('is only the one that was named: not %s', (_, found, known, adopt) => {
    expect(decided(found, known, `${adopt}x`)).toMatch(/^The data folder/u);
  });

  it('does not change one that is right', () => {
    expect(decided(folder({ id: OURS }), records({ volume: ready }), OURS)).toBe('keep');
  });

  it('is not adopted again by a setting that was forgotten', () => {
    const adopted = { id: 'N'.repeat(22), path: '/srv/data', ready: true };
    expect(decided(folder({ state: 'empty' }), records({ volume: adopted }), OURS)).toMatch(/is empty/u);
  });
});
