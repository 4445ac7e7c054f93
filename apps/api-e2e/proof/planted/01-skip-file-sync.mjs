/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'skip file sync',
  how: 'a power cut takes away bytes that were recorded and acknowledged',
  edits: [
    {
      file: 'apps/api/src/blobs/filesystem/staged-files.ts',
      find: 'await this.health.counted(() => opened.datasync());',
      replace: 'await this.health.counted(() => Promise.resolve(void opened));',
    },
  ],
  harness: { project: 'api', pattern: 'power-cuts', test: 'at any moment of many uploads' },
  caught: /recorded bytes from \d+ of .* are others|the bytes of file .* are gone|has other bytes/u,
};
