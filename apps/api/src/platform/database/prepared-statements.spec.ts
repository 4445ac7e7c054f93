import { describe, expect, it } from '@jest/globals';
import { PreparedStatements } from './prepared-statements.js';

describe('prepared statements', () => {
  it('have a name for each text, the same in every process, that PostgreSQL takes', () => {
    const [statement, again] = [new PreparedStatements().of('SELECT $1'), new PreparedStatements().of('SELECT $1')];
    expect(again).toEqual(statement);
    expect(statement?.name).toMatch(/^[\w-]{1,63}$/u);
    expect(new PreparedStatements().of('SELECT $2')?.name).not.toBe(statement?.name);
  });

  it('do not become ever more, but those that are known stay', () => {
    const statements = new PreparedStatements();
    const texts = Array.from({ length: 1_000 }, (_, index) => `SELECT $1 + ${index}`);
    expect(texts.map((text) => statements.of(text)).filter((statement) => statement !== null)).toHaveLength(400);
    expect(statements.of('SELECT $1 + 0')).not.toBeNull();
    expect(statements.of('SELECT $1 + 999')).toBeNull();
  });
});
