import { StartFault } from '../start-fault.js';
import { directly } from './direct-connection.js';

/** Why the database cannot be used; the message is one sentence and the fix. */
export class DatabaseFault extends StartFault {
  override readonly name = 'DatabaseFault';
}

/** Settings without which a committed row is not a promise. */
const REQUIRED_ON = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

/**
 * Connects once and refuses a server that would acknowledge what it has not written.
 * @throws DatabaseFault when it cannot be reached, or runs with a durability setting off
 */
export async function checkDatabase(url: string): Promise<void> {
  const off = await settingsOff(url).catch((error: unknown) => {
    throw new DatabaseFault(
      `The database at ${describeUrl(url)} cannot be reached (${reason(error)}): start it, or correct DATABASE_URL.`,
      { cause: error },
    );
  });
  if (off.length > 0) {
    throw new DatabaseFault(
      `The database runs with ${off.join(', ')} off, so what it confirms can be lost: turn ${off.length > 1 ? 'them' : 'it'} on in postgresql.conf.`,
    );
  }
}

/** Names of the required settings that are off. */
function settingsOff(url: string): Promise<string[]> {
  return directly(url, async (client) => {
    const off: string[] = [];
    for (const setting of REQUIRED_ON) {
      const { rows } = await client.query<{ value: string }>('SELECT current_setting($1) AS value', [setting]);
      if (rows[0]?.value === 'off') off.push(setting);
    }
    return off;
  });
}

function describeUrl(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port || '5432'}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}

function reason(error: unknown): string {
  // An attempt on several addresses fails with an AggregateError, whose own message is empty.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
