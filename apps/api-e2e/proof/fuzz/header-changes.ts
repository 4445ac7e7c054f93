import type { Draws } from './draws.js';
import { changed, withHeader, type FuzzRequest } from './request.js';
import { anyHeaderText, anyNumber, DIGESTS, RANGES } from './values.js';

/** A change of a request that leaves it one. */
export type Change = (request: FuzzRequest, draws: Draws) => FuzzRequest;

const STRAY: readonly string[] = [
  ...['Range', 'If-Range', 'Content-Range', 'Upload-Offset', 'Content-Digest', 'Want-Repr-Digest', 'Idempotency-Key'],
  ...[
    'Content-Encoding',
    'If-None-Match',
    'If-Match',
    'If-Modified-Since',
    'Cookie',
    'X-HTTP-Method-Override',
    'Accept',
  ],
  ...[
    'X-Forwarded-Host',
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'Forwarded',
    'Upgrade',
    'Expect',
    'TE',
    'Trailer',
    'Via',
  ],
  ...[
    'Origin',
    'Referer',
    'Sec-Fetch-Site',
    'Accept-Encoding',
    'Stowage-Upload-Password',
    'Authorization',
    'X-Request-Id',
  ],
  ...['Content-Type', 'Content-Disposition', 'Date', 'Connection', 'Keep-Alive', 'Proxy-Connection', 'Tus-Resumable'],
];
const COOKIES: readonly string[] = [
  ...[
    'stowage=',
    'stowage',
    '=',
    ';',
    ';;;=;',
    'stowage="x"',
    'stowage=a; stowage=b',
    'stowage=%',
    'stowage=%00',
    '__proto__=x',
  ],
  ...[
    'stowage-device=; stowage=',
    `a=${'b'.repeat(6_000)}`,
    'a=b; '.repeat(900),
    `stowage=${'A'.repeat(43)}`,
    'STOWAGE=x',
  ],
  ...[
    'stowage\t=\tx',
    'stowage=\xff',
    'stowage-link-AAAAAAAAAAAAAAAA=',
    'constructor=1; toString=2',
    'stowage=a,stowage=b',
  ],
];
const TYPES: readonly string[] = [
  ...[
    'application/json',
    'application/json; charset=utf-16',
    'application/json;charset=',
    'text/plain',
    '',
    'a',
    '/',
    'a/b/c',
  ],
  ...[
    'multipart/form-data',
    'multipart/mixed; boundary=x',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
  ],
  ...['multipart/form-data; boundary="', 'application/json, multipart/form-data', '*/*', 'image/svg+xml; a="\\"'],
];

/** A value that means something in a header of that name, or nothing. */
function valueFor(name: string, draws: Draws): string {
  if (draws.percent(25)) return anyHeaderText(draws);
  switch (name.toLowerCase()) {
    case 'range':
    case 'content-range':
      return draws.one(RANGES);
    case 'content-digest':
    case 'want-repr-digest':
      return draws.one(DIGESTS);
    case 'cookie':
      return draws.one(COOKIES);
    case 'content-type':
      return draws.one(TYPES);
    case 'upload-offset':
      return anyNumber(draws);
    case 'expect':
      return draws.one(['100-continue', '100-Continue', 'continue', '']);
    case 'upgrade':
      return draws.one(['websocket', 'h2c', 'TLS/1.0']);
    case 'connection':
      return draws.one(['close', 'keep-alive', 'upgrade', 'close, keep-alive', 'content-length', 'x']);
    default:
      return anyHeaderText(draws);
  }
}

/** One header gets another value. */
const another: Change = (request, draws) => {
  const [name] = draws.one(request.headers);
  return withHeader(request, name, valueFor(name, draws));
};

/** A header that does not belong there. */
const stray: Change = (request, draws) => {
  const name = draws.one(STRAY);
  return changed(request, { headers: [...request.headers, [name, valueFor(name, draws)]] });
};

/** A header twice or very often, equal or not, in any place. */
const repeated: Change = (request, draws) => {
  const [name, value] = draws.one(request.headers);
  const times = draws.percent(95) ? 1 : 300;
  const copy = [name, draws.percent(50) ? value : valueFor(name, draws)] as const;
  const headers = [...request.headers];
  headers.splice(draws.below(headers.length + 1), 0, ...Array.from({ length: times }, () => copy));
  return changed(request, { headers });
};

const dropped: Change = (request, draws) => {
  const [name] = draws.one(request.headers);
  return changed(request, { headers: request.headers.filter(([own]) => own !== name) });
};

/** Something about the name of a header. */
const renamed: Change = (request, draws) => {
  const at = draws.below(request.headers.length);
  const name = request.headers[at]?.[0] ?? '';
  const other = draws.one([
    name.toUpperCase(),
    ` ${name}`,
    `${name} `,
    `${name}\t`,
    '',
    `X${name}`,
    '__proto__',
    'x'.repeat(9_000),
  ]);
  return changed(request, { headers: request.headers.with(at, [other, request.headers[at]?.[1] ?? '']) });
};

/** A header in two lines, as it once was allowed. */
const folded: Change = (request, draws) => {
  const at = draws.below(request.headers.length);
  const [name = '', value = ''] = request.headers[at] ?? [];
  const cut = draws.below(value.length + 1);
  return changed(request, {
    headers: request.headers.with(at, [name, `${value.slice(0, cut)}\r\n ${value.slice(cut)}`]),
  });
};

const large: Change = (request, draws) =>
  changed(request, {
    headers: [...request.headers, ['X-Large', 'x'.repeat(draws.one([8_000, 15_000, 17_000, 70_000]))]],
  });

export const HEADER_CHANGES: readonly (readonly [name: string, change: Change])[] = [
  ['another value of a header', another],
  ['stray header', stray],
  ['repeated header', repeated],
  ['header left out', dropped],
  ['renamed header', renamed],
  ['folded header', folded],
  ['large header', large],
];
