const LOST = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'];

/** True for what a client sees when the server is killed, or the network fails. By its code: errors of Node's own are of another realm than a test's. */
export function isConnectionLost(error: unknown): boolean {
  return LOST.includes((error as NodeJS.ErrnoException).code ?? '');
}
