/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'finalize without CAS',
  how: 'the last chunk seals an upload that was cancelled a moment before, and whose cancel was answered with success',
  edits: [
    {
      file: 'apps/api/src/upload/upload-ledger.ts',
      find: 'WHERE id = $1 AND state = $2 AND epoch = $3 AND (',
      replace: "WHERE id = $1 AND ($4 = 'completing' OR state = $2 AND epoch = $3) AND (",
    },
  ],
  harness: {
    project: 'api-e2e',
    pattern: 'proof/races',
    test: 'last chunks race cancels',
    env: { STOWAGE_RACES: '20' },
  },
  caught: /Expected value: +\{"cancel": 204, "files": 1|"state": "(?:failed|complet)|is claimed by an upload/u,
};
