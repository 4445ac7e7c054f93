/** SQLSTATE classes and codes that mean the server is away, stopping or overloaded rather than that a statement is wrong. */
const UNAVAILABLE = /^(08...|57P0[1-3]|53300|57014|25P0[34]|55P03)$/u;
const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH']);
/** What pg says, without a code, when a connection breaks or none is free. */
const MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/u;

/** Codes of SQLSTATE that this server acts on. */
export const FOREIGN_KEY_VIOLATION = '23503';
export const UNIQUE_VIOLATION = '23505';

/** The SQLSTATE or errno of a database error, as far as there is one. */
export function databaseErrorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('driverError' in error && error.driverError !== error) {
    const inner = databaseErrorCode(error.driverError);
    if (inner !== null) return inner;
  }
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** True when the database could not be reached or did not answer; what became of the statement is then unknown. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = databaseErrorCode(error);
  if (code !== null) return SOCKET.has(code) ? isFromDriver(error) : UNAVAILABLE.test(code);
  return error instanceof Error && MESSAGES.test(error.message);
}

function isFromDriver(error: unknown): boolean {
  return typeof error === 'object' && error !== null && ('driverError' in error || 'syscall' in error);
}
