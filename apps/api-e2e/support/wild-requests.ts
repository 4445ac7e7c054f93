import fc from 'fast-check';
import type { Operation, Parameter, Route } from './api-description.js';
import { EDGES, HOSTILE } from './hostile.js';
import { resolved, type Resolve, type Schema } from './json-schema.js';

/** A request that may be valid or nonsense. */
export interface WildRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, [], {}, [1], { a: 1 }, ...EDGES),
  hostile,
);

/** Values that fit a schema, mostly: what it says of texts is met only where it names them. */
function fitting(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> {
  const whole = resolved(schema, resolve);
  if (whole.enum !== undefined) return fc.constantFrom(...whole.enum);
  if (whole.anyOf !== undefined) return fc.oneof(...whole.anyOf.map((choice) => fitting(choice, resolve)));
  switch ([whole.type].flat()[0]) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.oneof(fc.integer({ min: Math.max(whole.minimum ?? 0, 0), max: 2_000 }), fc.constantFrom(...EDGES));
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(whole.properties ?? {}).map(([name, member]) => [name, fitting(member, resolve)]),
        ),
        { requiredKeys: [...(whole.required ?? [])] },
      );
    default:
      return fc.oneof(
        fc.string({ minLength: 1, maxLength: 20 }),
        fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}$/u),
        fc.stringMatching(/^[0-9a-f]{64}$/u),
      );
  }
}

/** A value of a schema with something about it wrong, perhaps. */
function twisted(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> {
  const names = Object.keys(resolved(schema, resolve).properties ?? {});
  const change = fc.tuple(
    fc.constantFrom('keep', 'drop', 'add', 'replace', 'whole'),
    fc.constantFrom(...names, '__proto__', 'extra'),
    anything,
  );
  return fc.tuple(fitting(schema, resolve), change).map(([value, [kind, name, other]]) => {
    if (kind === 'keep' || typeof value !== 'object' || value === null) return value;
    if (kind === 'whole') return other;
    const members = Object.entries(value).filter(([member]) => member !== name);
    if (kind === 'drop') return Object.fromEntries(members);
    return Object.fromEntries([...members, [kind === 'add' ? `${name} ` : name, other]]);
  });
}

/** The body of a form with some of its fields, in any order, perhaps cut. */
function form(schema: Schema): fc.Arbitrary<Buffer> {
  const names = Object.keys(schema.properties ?? {}).filter((name) => name !== 'file');
  const field = fc.tuple(fc.constantFrom(...names, 'other'), fc.oneof(fc.nat(2_000).map(String), hostile));
  const part = ([name, value]: readonly [string, string]): string =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return fc
    .tuple(fc.array(field, { maxLength: 8 }), hostile, fc.boolean(), fc.nat(2_000))
    .map(([fields, name, whole, cut]) => {
      const file = `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\ncontent\r\n--b--\r\n`;
      const bytes = Buffer.from(fields.map(part).join('') + file);
      return whole ? bytes : bytes.subarray(0, cut);
    });
}

function bodies(
  { requestBody }: Operation,
  resolve: Resolve,
): fc.Arbitrary<{ type: string | null; body: Buffer | null }> {
  const [[type, media] = ['', {}]] = Object.entries(requestBody?.content ?? {});
  const bytes = fc.uint8Array({ maxLength: 1_200 }).map((array) => Buffer.from(array));
  const none = fc.constant({ type: null, body: null });
  const odd = fc.record({
    type: fc.constantFrom(
      null,
      type,
      'text/plain',
      'application/json',
      'multipart/form-data',
      'application/json; charset=latin1',
      'é',
    ),
    body: fc.oneof(
      bytes,
      hostile.map((text) => Buffer.from(text)),
      fc.constantFrom(Buffer.alloc(70_000, '{"a":'), Buffer.from('{"name":"a",')),
    ),
  });
  if (type === '') return fc.oneof({ weight: 3, arbitrary: none }, { weight: 1, arbitrary: odd });
  const examples = Object.values(media.examples ?? {}).map(({ value }) => value);
  const { schema } = media;
  const right: fc.Arbitrary<Buffer> =
    schema === undefined
      ? fc.oneof(bytes, fc.constantFrom(Buffer.alloc(100, 'x'), Buffer.alloc(1_000, 'x'), Buffer.alloc(0)))
      : type === 'application/json'
        ? fc
            .oneof(twisted(schema, resolve), ...(examples.length > 0 ? [fc.constantFrom(...examples)] : []))
            .map((value) => Buffer.from(JSON.stringify(value) ?? ''))
        : form(resolved(schema, resolve));
  const label = type === 'multipart/form-data' ? `${type}; boundary=b` : type;
  return fc.oneof(
    { weight: 6, arbitrary: right.map((body) => ({ type: label, body })) },
    { weight: 2, arbitrary: odd },
    { weight: 1, arbitrary: none },
  );
}

/** Headers that the description does not name and every server meets. */
const STRAY = [
  'Range',
  'Content-Range',
  'Upload-Offset',
  'Content-Digest',
  'Idempotency-Key',
  'Content-Encoding',
  'If-None-Match',
  'Cookie',
  'X-HTTP-Method-Override',
  'X-Forwarded-Host',
];
const headerTexts = [
  ...[
    'bytes 0-99/1000',
    'bytes 100-199/*',
    'bytes 0-0/1',
    'bytes */5',
    'bytes=0-',
    'bytes=5-2',
    '0',
    '100',
    '1000',
    '-1',
    '1e3',
  ],
  ...[
    'sha-256=:AAAA:',
    'crc32c=:AAAAAA==:',
    'md5=:AA==:',
    '"key"',
    'key',
    '"',
    'gzip',
    'identity',
    'DELETE',
    'stowage=a.b',
  ],
];

/** No client can send anything else. */
function isHeaderText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/u.test(text);
}

const headerText = fc.oneof(fc.constantFrom(...headerTexts), hostile.filter(isHeaderText));

function parameterText({ example, schema }: Parameter): fc.Arbitrary<string> {
  const edges = [
    schema.minimum,
    schema.maximum,
    (schema.maximum ?? 0) + 1,
    (schema.minimum ?? 0) - 1,
    ...(schema.enum ?? []),
  ];
  const right = [...(example === undefined ? [] : [example]), ...edges.filter((edge) => edge !== undefined)].map(
    String,
  );
  return right.length === 0 ? hostile : fc.oneof(fc.constantFrom(...right), hostile);
}

/** What a parameter's place is filled with: something of the server's own, something hostile, or what is described. */
function segment(parameter: Parameter, ids: () => readonly string[]): fc.Arbitrary<() => string> {
  const own = fc.nat().map((at) => () => ids()[at % Math.max(1, ids().length)] ?? 'none');
  const number = fc.nat(12).map((value) => () => String(value));
  const text = parameterText(parameter)
    // Nothing between two slashes is the address of another route.
    .filter((value) => value !== '' && value.isWellFormed())
    .map((value) => () => encodeURIComponent(value));
  const raw = fc.constantFrom('%', '%zz', '%c0%af', '%00', '..;', '~').map((value) => () => value);
  const usual = parameter.name === 'id' ? own : parameter.name === 'index' ? number : text;
  return fc.oneof({ weight: 6, arbitrary: usual }, { weight: 2, arbitrary: text }, { weight: 1, arbitrary: raw });
}

function query(parameters: readonly Parameter[]): fc.Arbitrary<string> {
  if (parameters.length === 0) return fc.constantFrom('', '', '?', '?a=b', '?__proto__=1&a[b]=c');
  const pair = fc
    .constantFrom(...parameters)
    .chain((parameter) => parameterText(parameter).map((value) => [parameter.name, value] as const));
  const stray = fc.tuple(hostile, hostile);
  return fc
    .array(fc.oneof({ weight: 5, arbitrary: pair }, { weight: 1, arbitrary: stray }), { maxLength: 4 })
    .map((pairs) => {
      const text = pairs.filter((both) => both.every((part) => part.isWellFormed()));
      return text.length === 0 ? '' : `?${text.map((both) => both.map(encodeURIComponent).join('=')).join('&')}`;
    });
}

/**
 * Requests for a route, made of what the description says of it: right, at the bounds, missing, too many, of another type,
 * hostile.
 * @param ids of things that the server has now
 */
export function wildRequests(
  route: Route,
  resolve: Resolve,
  ids: () => readonly string[],
): fc.Arbitrary<() => WildRequest> {
  const { operation, path } = route;
  const of = (place: Parameter['in']) => operation.parameters.filter((parameter) => parameter.in === place);
  const segments = fc.tuple(...of('path').map((parameter) => segment(parameter, ids)));
  const named = fc.tuple(
    ...of('header').map((parameter) =>
      fc
        .option(fc.oneof({ weight: 3, arbitrary: headerText }, parameterText(parameter).filter(isHeaderText)), {
          freq: 6,
        })
        .map((value) => [parameter.name, value] as const),
    ),
  );
  const stray = fc.option(fc.tuple(fc.constantFrom(...STRAY), headerText), { freq: 2, nil: ['X', null] as const });
  return fc
    .tuple(segments, query(of('query')), named, stray, bodies(operation, resolve))
    .map(([places, search, headers, extra, { type, body }]) => () => {
      const names = of('path').map(({ name }) => name);
      const address = names.reduce(
        (text, name, index) => text.replace(`{${name}}`, () => places[index]?.() ?? ''),
        path,
      );
      const pairs = [extra, ...headers, ['Content-Type', type] as const].filter(([, value]) => value !== null);
      return { path: address + search, headers: Object.fromEntries(pairs) as Record<string, string>, body };
    });
}
