import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '@stowage/contract';
import { API_ROUTES, apiDocument } from './api-routes.js';
import { problemsOf } from './platform/openapi/openapi-document.js';

const document = apiDocument();
const committed = new URL('../../../docs/openapi.json', import.meta.url);

/** Every reference in a value. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : references(inner),
  );
}

function resolve(reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document);
}

describe('the description of the API', () => {
  it('is the one that is committed; node tools/docs/openapi.mjs --write makes it anew after a build', () => {
    expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('refers to nothing that is not there', () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(30);
    for (const reference of all) expect([reference, typeof resolve(reference)]).toEqual([reference, 'object']);
  });

  it('gives every operation a name of its own', () => {
    const ids = API_ROUTES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const routes = API_ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(routes).size).toBe(routes.length);
  });

  it('names every problem that there is', () => {
    const told = new Set(API_ROUTES.flatMap(problemsOf));
    // These two come instead of a route.
    const before = ['method-not-allowed', 'not-found'];
    expect(Object.keys(PROBLEMS).filter((code) => !told.has(code as never) && !before.includes(code))).toEqual([]);
  });

  it.each(API_ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'of %s has all its parameters, and examples that are valid',
    (_, { path, parameters = [], body, answers }) => {
      const inPath = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name);
      expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(inPath);
      for (const { name, schema, example, required } of parameters) {
        if (example !== undefined) expect([name, schema.safeParse(example).success]).toEqual([name, true]);
        if (required) expect([name, example]).not.toEqual([name, undefined]);
      }
      for (const [name, example] of Object.entries(body?.examples ?? {})) {
        expect([name, body?.schema?.safeParse(example).error]).toEqual([name, undefined]);
      }
      for (const { status, schema, example } of answers) {
        if (example !== undefined) expect([status, schema?.safeParse(example).error]).toEqual([status, undefined]);
      }
    },
  );
});
