/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'no epoch check',
  how: 'a cancel that lost the race against the last chunk ends the upload all the same: its file is complete and cancelled, or its name stays claimed',
  edits: [
    {
      file: 'apps/api/src/upload/upload-ledger.ts',
      find: 'WHERE id = $1 AND state = $2 AND epoch = $3 AND (',
      replace: "WHERE id = $1 AND ($4 = 'completing' AND state = $2 AND epoch = $3 OR $4 <> 'completing') AND (",
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
