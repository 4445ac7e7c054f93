/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'offset from stat',
  how: 'a status tells bytes as held that were never recorded, and a client that believes it does not send them',
  edits: [
    {
      file: 'apps/api/src/upload/upload.service.ts',
      find: 'if (receiving) for (const { start, end } of await this.chunks.ranges(id)) ranges.add(start, end);',
      replace:
        'const path = (this.completion as any).store.layout.stagingFile(id);\n' +
        "    const { statSync } = await import('node:fs');\n" +
        '    if (receiving) ranges.add(0, statSync(path, { throwIfNoEntry: false })?.size ?? 0);',
    },
  ],
  harness: { project: 'api-e2e', pattern: 'proof/api-kills', env: { STOWAGE_KILLS: '2' } },
  caught: /has received \d+, but what is not missing are \d+ bytes/u,
};
