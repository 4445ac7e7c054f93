import type { Route } from '../../support/api-description.js';
import { mark, type MarkName } from './marks.js';
import { BEARER, jsonSeed, seed, type Seed } from './seeds.js';
import { PASSWORD } from './world.js';

/** What `{id}` stands for, by what comes before it. */
const THINGS: readonly (readonly [string, MarkName])[] = [
  ['/api/uploads/', 'chunked'],
  ['/api/files/', 'file'],
  ['/api/folders/', 'folder'],
  ['/api/entries/{id}/restore', 'trashed'],
  ['/api/entries/', 'folder'],
  ['/api/spaces/', 'space'],
  ['/api/operations/', 'operation'],
  ['/api/share-links/', 'share'],
  ['/api/links/', 'file'],
  ['/r/', 'sent'],
  ['/api/sessions/', 'sitting'],
  ['/api/accounts/', 'other'],
  ['/api/tokens/', 'token'],
];

/** Values of examples that only one server ever knew. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/c3BhY2UgdGhhdCBoYXMgYSBp/gu, mark('space')],
  [/Zm9sZGVyIHRoYXQgaXQgaXMg/gu, mark('folder')],
  [/c2VlIHRoZSBsaXN0IG9mIGZp/gu, mark('file')],
  [/"current":"[^"]*"/gu, `"current":"${PASSWORD}"`],
  [/"token":"A{43}"/gu, `"token":"${mark('setup')}"`],
  [/"name":"(?!maria)(?=[^"])/gu, `"name":"${mark('serial')} `],
];

/** Routes of somebody, whoever may do everything has no account. */
const OF_PEOPLE = /^\/api\/(session|sessions|account|tokens)(\/|$)/u;
const BROWSER = [
  ['Cookie', `stowage=${mark('session')}`],
  ['Origin', `http://localhost:${mark('port')}`],
] as const;

/** A request for each route that the server describes, with the examples of the description. */
export function routeSeeds(routes: readonly Route[]): Seed[] {
  return routes.flatMap((route) => {
    const { requestBody, parameters } = route.operation;
    const headers = [
      ...(OF_PEOPLE.test(route.path) ? BROWSER : BEARER),
      ...parameters
        .filter((parameter) => parameter.in === 'header' && parameter.example !== undefined)
        .map(({ name, example }) => [name, known(String(example))] as const),
    ];
    const line = `${route.method} ${targetOf(route)}`;
    const name = `${route.method} ${route.path}`;
    const [[type, media] = ['', {}]] = Object.entries(requestBody?.content ?? {});
    const examples = Object.values(media.examples ?? {});
    if (examples.length === 0) return [seed(name, line, type === '' ? headers : [...headers, ['Content-Type', type]])];
    return examples.map(({ value }) => jsonSeed(name, line, JSON.parse(known(JSON.stringify(value))), headers));
  });
}

function targetOf({ path, operation }: Route): string {
  const thing = THINGS.find(([beginning]) => path.startsWith(beginning))?.[1] ?? 'space';
  const address = path
    .replace('{id}', mark(thing))
    .replace('{account}', mark('account'))
    .replace('{slug}', mark(path.startsWith('/r/') ? 'requestslug' : 'shareslug'))
    .replace('{index}', '1')
    .replace('{file}', 'page.js');
  const pairs = operation.parameters
    .filter((parameter) => parameter.in === 'query' && (parameter.example !== undefined || parameter.required))
    .map(({ name, example }) => `${name}=${known(String(example ?? '0'))}`);
  return pairs.length === 0 ? address : `${address}?${pairs.join('&')}`;
}

function known(text: string): string {
  return OTHERS.reduce((value, [unknown, word]) => value.replaceAll(unknown, word), text);
}
