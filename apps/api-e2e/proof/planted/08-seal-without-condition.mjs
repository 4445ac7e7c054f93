/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'finalize without CAS',
  how: 'several final chunks seal the upload, and their answers or their files contradict each other',
  edits: [
    {
      file: 'apps/api/src/upload/upload-ledger.ts',
      find: 'WHERE id = $1 AND state = $2 AND epoch = $3 AND (',
      replace: "WHERE id = $1 AND ($4 = 'completing' OR state = $2 AND epoch = $3) AND (",
    },
  ],
  harness: { project: 'api-e2e', pattern: 'proof/races', test: 'storms of' },
  caught: /name-taken|become .* files|toEqual/u,
};
