/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'GC by mtime',
  how: 'bytes of an open upload that nobody has touched for a month are gone',
  edits: [
    {
      file: 'apps/api/src/upload/staging-reconcile.ts',
      find: '    for (const id of unknown.filter((id) => this.suspects.has(id))) {\n',
      replace:
        "    const { statSync } = await import('node:fs');\n" +
        '    const path = (id: string) => (this.store as any).layout.stagingFile(id);\n' +
        '    const old = Date.now() - 7 * 24 * 3600 * 1000;\n' +
        '    for (const id of (await this.store.staged()).filter((id) => statSync(path(id)).mtimeMs < old)) {\n',
    },
  ],
  harness: { project: 'api-e2e', pattern: 'proof/collections', test: 'nobody has touched' },
  caught: /belongs to no|bytes where|lost the acknowledged bytes|bytes-missing|Received: +"failed"/u,
};
