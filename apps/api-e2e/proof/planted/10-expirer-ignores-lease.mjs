/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'expirer ignores lease',
  how: 'an upload expires whose bytes are just arriving',
  edits: [
    {
      file: 'apps/api/src/upload/upkeep-ledger.ts',
      find: '         AND NOT EXISTS (SELECT 1 FROM upload_leases l WHERE l.upload_id = u.id AND l.until > now())\n',
      replace: '',
    },
    {
      file: 'apps/api/src/upload/upload-ledger.ts',
      find: 'OR NOT EXISTS (SELECT 1 FROM upload_leases l WHERE l.upload_id = $1 AND l.until > now()))',
      replace: 'OR true)',
    },
  ],
  harness: { project: 'api', pattern: 'upload-upkeep', test: 'does not expire while bytes come' },
  caught: /upload-expired|has expired/u,
};
