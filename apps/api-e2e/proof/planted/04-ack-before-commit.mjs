/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'ack before commit',
  how: 'the connection to the database breaks before a commit, and acknowledged chunks are missing',
  edits: [
    {
      file: 'apps/api/src/upload/chunk.service.ts',
      find: 'const progress = await this.record(writing, runs, { digest, release: true, endsUpload: !upload.resumable });',
      replace:
        'void this.record(writing, runs, { digest, release: true, endsUpload: !upload.resumable }).catch(() => undefined);\n' +
        '    const came = runs.reduce((sum, { length }) => sum + length, 0);\n' +
        '    const progress = { received: claim.received + came, length: claim.length };',
    },
  ],
  harness: { project: 'api-e2e', pattern: 'proof/lost-commits', test: 'lose the request' },
  caught: /lost the acknowledged bytes|has received \d+, but what is not missing/u,
};
