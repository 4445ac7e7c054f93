/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'count duplicate chunk twice',
  how: 'the figures count more bytes than the chunks have: the file would be whole while half of it is missing',
  edits: [
    {
      file: 'apps/api/src/upload/chunk.service.ts',
      find: '    // Held, but perhaps not sealed: its name was taken then, or the server died in between.\n',
      replace:
        '    const again = `UPDATE uploads SET received = received + $2 WHERE id = $1`;\n' +
        '    await (this.ledger as any).database.query(again, [uploadId, claim.chunk?.length ?? 0]);\n',
    },
  ],
  harness: { project: 'api-e2e', pattern: 'proof/races', test: 'every chunk is counted once' },
  caught: /"received": \d+|"state": "complet/u,
};
