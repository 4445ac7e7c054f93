import type { Draws } from './draws.js';
import type { Change } from './header-changes.js';
import { changed, type FuzzRequest } from './request.js';
import { anyNumber, anyText } from './values.js';

const METHODS = [
  ...[
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'CONNECT',
    'QUERY',
    'PROPFIND',
    'M-SEARCH',
    'get',
    'X',
  ],
];
const INSERTS = [
  '/',
  '//',
  '/.',
  '/..',
  '/%2e%2e/',
  '%2f',
  '%00',
  '%',
  '%zz',
  '%c0%af',
  ';x=1',
  '\\',
  '#',
  '?',
  '??',
  '%20',
  '+',
  '*',
];
const PARAMETERS = [
  'limit',
  'cursor',
  'space',
  'state',
  'entries',
  'folder',
  'sort',
  'permanent',
  'from',
  'idleFor',
  'scope',
  'name',
];

const method: Change = (request, draws) => changed(request, { method: draws.one(METHODS) });

/** Something where it does not belong in the path. */
const inserted: Change = (request, draws) => {
  const at = draws.below(request.target.length + 1);
  return changed(request, { target: request.target.slice(0, at) + draws.one(INSERTS) + request.target.slice(at) });
};

/** Another way to write the same address, or one that is no path. */
const written: Change = (request, draws) => {
  const { target } = request;
  const letter = draws.below(target.length);
  const escaped = `%${(target.charCodeAt(letter) || 0).toString(16).padStart(2, '0')}`;
  return changed(request, {
    target: draws.one([
      ...[
        target.toUpperCase(),
        `${target}/`,
        `/${target}`,
        `http://localhost${target}`,
        `http://evil.example${target}`,
      ],
      ...[target.slice(0, letter) + escaped + target.slice(letter + 1), target.slice(1), `*`, `${target} x`, ''],
      ...[`${target}?${'a=b&'.repeat(2_000)}`, `${target}/${'x'.repeat(10_000)}`],
    ]),
  });
};

/** Between two slashes something else. */
const segment: Change = (request, draws) => {
  const parts = request.target.split('/');
  return changed(request, { target: parts.with(draws.below(parts.length), encoded(anyText(draws), draws)).join('/') });
};

const query: Change = (request, draws) => {
  const name = draws.percent(80) ? draws.one(PARAMETERS) : encoded(anyText(draws), draws);
  const value = draws.percent(40) ? anyNumber(draws) : anyText(draws);
  const pair = `${name}${draws.one(['=', '=', '=', '[]=', '[a]=', ''])}${encoded(value, draws)}`;
  return changed(request, { target: `${request.target}${request.target.includes('?') ? '&' : '?'}${pair}` });
};

/** A number anywhere in the request becomes another one. */
const number: Change = (request, draws) => {
  const texts = [request.target, ...request.headers.map(([, value]) => value), request.body.toString('latin1')];
  const places = texts.flatMap((text, index) => [...text.matchAll(/\d+/gu)].map((found) => [index, found] as const));
  if (places.length === 0) return request;
  const [index, found] = draws.one(places);
  const text = texts[index] ?? '';
  const other = anyNumber(draws);
  return withText(request, index, text.slice(0, found.index) + other + text.slice(found.index + found[0].length));
};

function withText(request: FuzzRequest, index: number, text: string): FuzzRequest {
  if (index === 0) return changed(request, { target: text });
  const header = request.headers[index - 1];
  if (header === undefined) return changed(request, { body: Buffer.from(text, 'latin1') });
  return changed(request, { headers: request.headers.with(index - 1, [header[0], text]) });
}

/** As a client would write it in an address; now and then as it is. */
function encoded(text: string, draws: Draws): string {
  if (draws.percent(15)) return text;
  return Array.from(Buffer.from(text, 'latin1'), (byte) =>
    /[\w.~-]/u.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}

export const TARGET_CHANGES: readonly (readonly [name: string, change: Change])[] = [
  ['another method', method],
  ['something in the path', inserted],
  ['another way to write the path', written],
  ['another segment', segment],
  ['query', query],
  ['another number', number],
  ['another number', number],
];
