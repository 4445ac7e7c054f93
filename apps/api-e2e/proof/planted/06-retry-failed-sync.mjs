/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'retry failed fsync',
  how: 'the disk fails one sync, loses what it should have kept, and calls the next one a success: the file has other bytes',
  edits: [
    {
      file: 'apps/api/src/blobs/filesystem/staged-files.ts',
      find: 'await this.health.counted(() => opened.datasync());',
      replace: 'await this.health.counted(() => opened.datasync().catch(() => opened.datasync()));',
    },
  ],
  harness: { project: 'api-e2e', pattern: 'proof/failed-syncs', test: 'never trusted again: one in the middle' },
  // Its digest is that of the zeros that were read back: the sent bytes have another.
  caught: /expect\(sha256\(await product\.download\(file\.id\)\)\)/u,
};
