const LOST = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'];

/** True for what a client sees when the server is killed. By its code: errors of Node's own are of another realm than a test's. */
export function isConnectionLost(error: unknown): boolean {
  return LOST.includes((error as NodeJS.ErrnoException).code ?? '');
}
