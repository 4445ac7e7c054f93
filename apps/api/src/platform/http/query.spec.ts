import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseQuery } from './query.js';

const schema = z.strictObject({
  limit: z.coerce.number().int().min(1).default(50),
  state: z.enum(['a', 'b']).optional(),
});

describe('a query string', () => {
  it('is read with its defaults', () => {
    expect(parseQuery(schema, { limit: '7' })).toEqual({ limit: 7 });
    expect(parseQuery(schema, {})).toEqual({ limit: 50 });
  });

  it('is refused with the names of all that is wrong', () => {
    const parse = () => parseQuery(schema, { limit: 'x', state: 'c', colour: 'red' });
    expect(parse).toThrow(expect.objectContaining({ code: 'invalid-request' }));
    expect(parse).toThrow(/limit: .*; state: .*; query: .*colour/u);
  });
});
