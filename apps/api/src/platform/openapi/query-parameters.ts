import type { z } from 'zod';
import type { ParameterDoc } from './route-doc.js';

/** The parameters of a query that a route validates with one schema; every member has a description. */
export function queryParameters(query: z.ZodObject): ParameterDoc[] {
  return Object.entries(query.shape).map(([name, member]) => {
    const schema = member as z.ZodType;
    if (schema.description === undefined) throw new Error(`The parameter ${name} has no description.`);
    return {
      in: 'query',
      name,
      description: schema.description,
      required: !schema.safeParse(undefined).success,
      schema,
    };
  });
}
