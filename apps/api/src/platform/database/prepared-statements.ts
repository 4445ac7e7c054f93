import { createHash } from 'node:crypto';

/** A statement that a connection parses once, and plans anew only where that pays: PostgreSQL finds out by itself. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/** Each connection of the pool keeps what it has prepared, some tens of KiB each: texts must not be made without end. */
const MOST_PREPARED = 400;

/** Gives texts of statements their names, the same in every process: behind a pooler, connections are shared. */
export class PreparedStatements {
  private readonly byText = new Map<string, PreparedStatement>();

  /** @returns null when there are so many already that this one stays as it is */
  of(text: string): PreparedStatement | null {
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    if (this.byText.size >= MOST_PREPARED) return null;
    // A name of PostgreSQL's has 63 bytes at most.
    const statement = { name: createHash('sha256').update(text).digest('base64url'), text };
    this.byText.set(text, statement);
    return statement;
  }
}
