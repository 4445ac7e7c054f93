/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'count duplicate chunk twice',
  how: 'more bytes are counted than the chunks have: the file counts as whole while half of it is missing',
  edits: [
    {
      file: 'apps/api/src/upload/chunk-ledger.ts',
      find: '(SELECT coalesce(sum(length), 0)::bigint FROM added)',
      replace: '(SELECT coalesce(sum(length), 0)::bigint FROM unnest($4::bigint[]) AS run (length))',
    },
    {
      file: 'apps/api/src/upload/chunk.service.ts',
      find: '  for (const range of held) ranges.add(range.start, range.end);\n',
      replace: '  void held;\n',
    },
  ],
  harness: { project: 'api-e2e', pattern: 'proof/races', test: 'every chunk is counted once' },
  caught: /\+ +"received"|\+ +"state": "comple/u,
};
