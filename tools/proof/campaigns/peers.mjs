import { commandOf, flask } from '../needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'peers',
  does: 'the same faults for this server, @tus/server and what a tutorial teaches, side by side',
  proves: ['P-1', 'P-2', 'P-3', 'P-4'],
  spec: 'api-e2e/proof/peers.spec.ts',
  needs: [flask, { ...commandOf('mkfs.ext4', 'e2fsprogs'), isOptional: true }],
  sizes: {
    smoke: { STOWAGE_PEER_KILLS: '1' },
    demo: { STOWAGE_PEER_KILLS: '3' },
    nightly: { STOWAGE_PEER_KILLS: '25', STOWAGE_PEER_TABLE: 'docs/evidence/peers' },
    release: { STOWAGE_PEER_KILLS: '100', STOWAGE_PEER_TABLE: 'docs/evidence/peers' },
  },
};
