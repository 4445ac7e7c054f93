import { PROBLEMS, type Problem, type ProblemCode } from '@stowage/contract';
import { z } from 'zod';
import { problemDocument } from '../http/problem-error.js';
import type { JsonSchema, JsonSchemas } from './json-schemas.js';
import type { AnswerDoc, HeaderDoc, RouteDoc } from './route-doc.js';

/** A document of OpenAPI 3.1. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [member: string]: unknown;
}

/** What the document says of the whole. */
export interface ApiFacts {
  readonly title: string;
  readonly version: string;
  /** Markdown. */
  readonly description: string;
  /** Groups of routes, in order. */
  readonly tags: Readonly<Record<string, string>>;
}

/** HTTP itself has it so, for whatever there is. */
const KNOWN = 'Asked with `If-None-Match: *`, which says that whatever there is is known.';
/** Every request can end so, before or beside its route. */
const ALWAYS: readonly ProblemCode[] = [
  'invalid-request',
  'malformed-request',
  'headers-too-large',
  'request-timeout',
  'too-slow',
  'shutting-down',
  'host-not-allowed',
  'origin-not-allowed',
  'internal',
];
/** Also every request that needs the database. */
const WITH_DATABASE: readonly ProblemCode[] = ['database-unavailable'];
/** Also every request that wants to know who asks. */
const INSIDE: readonly ProblemCode[] = ['unauthorized', 'not-set-up'];
/** Also those that not everybody may call who is let in. */
const NOT_FOR_ALL: readonly ProblemCode[] = ['not-permitted'];

const seconds = z.string().regex(/^\d+$/u);
/** Headers that come with a status, whichever route answers. */
const OF_STATUS: Readonly<Record<number, Readonly<Record<string, HeaderDoc>>>> = {
  401: { 'WWW-Authenticate': { description: 'How to show the token.', schema: z.string() } },
  429: { 'Retry-After': { description: 'Seconds after which a retry is sensible.', schema: seconds } },
  503: { 'Retry-After': { description: 'Seconds after which a retry is sensible.', schema: seconds } },
};

/** Makes the document of all routes. */
export function openApiDocument(facts: ApiFacts, routes: readonly RouteDoc[], schemas: JsonSchemas): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operation(route, schemas);
  return {
    openapi: '3.1.1',
    info: {
      title: facts.title,
      version: facts.version,
      description: facts.description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ session: [] }, { token: [] }, {}],
    tags: Object.entries(facts.tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.components(),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'The access token of STOWAGE_ADMIN_TOKEN, or a token of `POST /api/tokens`.',
        },
        linkPassword: {
          type: 'http',
          scheme: 'basic',
          description: 'The password of the link in the address, with any name; for links that have one.',
        },
        linkProof: {
          type: 'apiKey',
          in: 'cookie',
          name: 'stowage-link-…',
          description: 'The cookie of `POST /api/links/{slug}/unlock`; behind https its name begins with `__Host-`.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'stowage',
          description:
            'The cookie of `POST /api/session`, named `__Host-stowage` behind https. A write with it must come from a page ' +
            'of this server or of STOWAGE_ORIGINS. Nothing is needed by programs on the same machine as long as nobody ' +
            'has an account and no access token is set.',
        },
      },
    },
  };
}

/** Every code that a route can answer with. */
export function problemsOf(route: RouteDoc): ProblemCode[] {
  return [
    ...new Set([
      ...route.problems,
      ...ALWAYS,
      ...(isPublic(route) ? [] : WITH_DATABASE),
      ...(isPublic(route) || isOfLink(route) ? [] : INSIDE),
      ...(isForAll(route) ? [] : NOT_FOR_ALL),
    ]),
  ];
}

function isPublic({ permission }: RouteDoc): boolean {
  return permission === 'public';
}

/** Whether a route is for whoever holds a link, which is in its address. */
function isOfLink({ permission }: RouteDoc): boolean {
  return permission === 'link' || permission === 'share' || permission === 'request';
}

/** Whether everybody who is let in may call a route. */
function isForAll(route: RouteDoc): boolean {
  return route.permission === 'public' || route.permission === 'self' || isOfLink(route);
}

/** What has to be shown at a route, where that is another than everywhere else. */
function security(route: RouteDoc): JsonSchema {
  if (isPublic(route) || route.permission === 'link') return { security: [] };
  return isOfLink(route) ? { security: [{ linkProof: [] }, { linkPassword: [] }, {}] } : {};
}

function operation(route: RouteDoc, schemas: JsonSchemas): JsonSchema {
  const { body, parameters = [] } = route;
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...security(route),
    ...(isPublic(route) ? {} : { 'x-permission': route.permission }),
    parameters: parameters.map(({ schema, ...parameter }) => ({ ...parameter, schema: schemas.of(schema, 'input') })),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            description: body.description,
            required: body.required,
            content: {
              [body.mediaType]: {
                // Bytes: a schema would say that they are text.
                ...(body.schema === null ? {} : { schema: schemas.of(body.schema, 'input') }),
                ...(body.examples === undefined
                  ? {}
                  : {
                      examples: Object.fromEntries(
                        Object.entries(body.examples).map(([name, value]) => [name, { value }]),
                      ),
                    }),
              },
            },
          },
        }),
    responses: {
      ...(['get', 'head'].includes(route.method) ? { 304: { description: KNOWN } } : {}),
      ...Object.fromEntries(route.answers.map((answer) => [String(answer.status), response(answer, schemas)])),
      ...problemResponses(route, schemas),
    },
  };
}

function response(answer: AnswerDoc, schemas: JsonSchemas): JsonSchema {
  const { schema, mediaType = 'application/json', example } = answer;
  const content = {
    ...(schema === null ? {} : { schema: schemas.of(schema, 'output') }),
    ...(example === undefined ? {} : { example }),
  };
  return {
    description: answer.description,
    ...headers(answer.headers, schemas),
    ...(schema === null && answer.mediaType === undefined ? {} : { content: { [mediaType]: content } }),
  };
}

function headers(docs: Readonly<Record<string, HeaderDoc>> | undefined, schemas: JsonSchemas): JsonSchema {
  if (docs === undefined) return {};
  return {
    headers: Object.fromEntries(
      Object.entries(docs).map(([name, { description, schema }]) => [
        name,
        { description, schema: schemas.of(schema, 'output') },
      ]),
    ),
  };
}

/** The refusals of a route, a response for each status. */
function problemResponses(route: RouteDoc, schemas: JsonSchemas): JsonSchema {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route)) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [String(status), problem(route, status, codes, schemas)]),
  );
}

function problem(route: RouteDoc, status: number, codes: readonly ProblemCode[], schemas: JsonSchemas): JsonSchema {
  const mediaType = route.form === true ? 'application/json' : 'application/problem+json';
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }],
  };
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
    ...headers({ ...OF_STATUS[status], ...route.problemHeaders?.[status] }, schemas),
    ...(route.method === 'head' ? {} : { content: { [mediaType]: { schema, example: exampleOf(codes) } } }),
  };
}

function exampleOf([code]: readonly ProblemCode[]): Problem | undefined {
  return code === undefined ? undefined : problemDocument(code, PROBLEMS[code].title, 'cmVxdWVzdCBpZCBhcyBsb2dz');
}
