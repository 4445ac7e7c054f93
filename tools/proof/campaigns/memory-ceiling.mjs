import { memoryCgroup } from '../needs.mjs';

/** @type {import('../campaigns.mjs').Campaign} */
export default {
  name: 'memory-ceiling',
  does: 'very many uploads at once, while the API gets no more than 512 and 256 MiB of memory from the kernel',
  proves: ['P-12'],
  spec: 'api-e2e/proof/memory-ceiling.spec.ts',
  needs: [memoryCgroup],
  sizes: {
    smoke: { STOWAGE_CEILING_UPLOADS: '20' },
    nightly: { STOWAGE_CEILING_UPLOADS: '300' },
    release: { STOWAGE_CEILING_UPLOADS: '1000' },
  },
};
