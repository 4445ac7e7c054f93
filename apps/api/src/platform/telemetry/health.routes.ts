import { z } from 'zod';
import type { RouteDoc } from '../openapi/route-doc.js';

const aliveSchema = z.object({ status: z.literal('ok') });
const failingSchema = z.object({
  status: z.literal('failing'),
  failing: z.array(z.string()).describe('Names of the parts that fail.'),
});

/** For supervisors and load balancers. */
export const HEALTH_ROUTES: readonly RouteDoc[] = [
  {
    method: 'get',
    path: '/healthz',
    id: 'isAlive',
    permission: 'public',
    tag: 'About this server',
    summary: 'Whether the process lives',
    answers: [{ status: 200, description: 'It lives.', schema: aliveSchema, example: { status: 'ok' } }],
    problems: [],
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'isReady',
    permission: 'public',
    tag: 'About this server',
    summary: 'Whether uploads can be taken',
    answers: [
      { status: 200, description: 'They can.', schema: aliveSchema, example: { status: 'ok' } },
      {
        status: 503,
        description: 'They cannot.',
        schema: failingSchema,
        example: { status: 'failing', failing: ['database'] },
      },
    ],
    problems: [],
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'getMetrics',
    permission: 'admin',
    tag: 'About this server',
    summary: 'Figures for Prometheus',
    answers: [{ status: 200, description: 'In its text format.', schema: null, mediaType: 'text/plain' }],
    problems: [],
  },
];
