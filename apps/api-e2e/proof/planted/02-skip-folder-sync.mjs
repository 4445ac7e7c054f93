/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'skip dir sync',
  how: 'a power cut takes away the names of staging files and blobs whose bytes were acknowledged',
  edits: [
    {
      file: 'apps/api/src/blobs/filesystem/folder-syncs.ts',
      find: 'await shared.done();',
      replace: 'await Promise.resolve(shared.idle);',
    },
  ],
  harness: { project: 'api', pattern: 'power-cuts', test: 'at any moment of many uploads' },
  caught: /the staging file of recorded bytes is gone|the bytes of file .* are gone/u,
};
