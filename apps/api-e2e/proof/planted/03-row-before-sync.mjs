/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'row before sync',
  how: 'a power cut between the two leaves a row without its bytes',
  edits: [
    {
      file: 'apps/api/src/blobs/filesystem/filesystem-blob-store.ts',
      find: '      await file.sync();\n',
      replace: '      void file.sync().catch(() => undefined);\n',
    },
  ],
  // The sync has begun, so few moments show it.
  harness: {
    project: 'api',
    pattern: 'power-cuts',
    test: 'at any moment of many uploads',
    env: { STOWAGE_POWER_CUTS: '150' },
  },
  caught:
    /recorded bytes from \d+ of .* are others|the staging file of recorded bytes is gone|chunks that were held is bytes-lost/u,
};
