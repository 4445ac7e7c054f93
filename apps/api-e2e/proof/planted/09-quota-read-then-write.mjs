/** @type {import('../../../../tools/proof/faults.mjs').PlantedFault} */
export default {
  name: 'quota read-then-write',
  how: 'several uploads get the last place of the quota: more bytes are reserved than it has',
  edits: [
    {
      file: 'apps/api/src/upload/reservation.ts',
      find: 'AND (s.quota_bytes IS NULL OR s.reserved_bytes + s.used_bytes + a.bytes <= s.quota_bytes) RETURNING 1',
      replace:
        'AND (SELECT q.quota_bytes IS NULL OR q.reserved_bytes + q.used_bytes + a.bytes <= q.quota_bytes FROM spaces q\n' +
        '        WHERE q.id = a.space_id) RETURNING 1',
    },
  ],
  harness: { project: 'api-e2e', pattern: 'proof/quota' },
  caught: /"over": \d+/u,
};
