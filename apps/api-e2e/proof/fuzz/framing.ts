import type { Draws } from './draws.js';
import { bytesOf, changed, withHeader, type FuzzRequest } from './request.js';

/** Makes the bytes of a request, with something about where it ends or how its lines do. */
export type Framing = (request: FuzzRequest, draws: Draws) => Buffer;

const noLength = (request: FuzzRequest): FuzzRequest =>
  changed(request, { headers: request.headers.filter(([name]) => name.toLowerCase() !== 'content-length') });

const length: Framing = (request, draws) => {
  const own = request.body.length;
  const value = draws.one([
    ...[own - 1, own + 1, 0, 1, -1, 2 ** 32, 2 ** 53].map(String),
    ...[
      '',
      '+5',
      `0${own}`,
      '0x10',
      `${own}, ${own}`,
      `${own},${own + 1}`,
      '9'.repeat(25),
      '1e3',
      `${own} `,
      '5\r\nContent-Length: 6',
    ],
  ]);
  return bytesOf(withHeader(request, 'Content-Length', value));
};

/** A body in chunks, as it should be or not. */
const chunked: Framing = (request, draws) => {
  const coded = withHeader(noLength(request), 'Transfer-Encoding', 'chunked');
  return bytesOf(changed(coded, { body: inChunks(request.body, draws) }));
};

function inChunks(body: Buffer, draws: Draws): Buffer {
  const cut = draws.below(body.length + 1);
  const end = draws.one([
    '0\r\n\r\n',
    '0\r\n\r\n',
    '0\r\n\r\n',
    '0\r\nX-Trailer: y\r\n\r\n',
    '0\r\n',
    '',
    '00000\r\n\r\n',
    '0;x\r\n\r\n',
  ]);
  const chunk = (bytes: Buffer) => [
    Buffer.from(sizeLine(bytes.length, draws)),
    bytes,
    Buffer.from(draws.percent(94) ? '\r\n' : '\n'),
  ];
  const parts = [body.subarray(0, cut), body.subarray(cut)].filter(({ length: size }) => size > 0);
  return Buffer.concat([...parts.flatMap(chunk), Buffer.from(end)]);
}

function sizeLine(size: number, draws: Draws): string {
  const hex = size.toString(16);
  if (draws.percent(75)) return `${hex}\r\n`;
  return draws.one([
    ...[
      `${hex};name=value\r\n`,
      `${hex};${'x'.repeat(20_000)}\r\n`,
      `0x${hex}\r\n`,
      `-${hex}\r\n`,
      `${hex}\n`,
      '\r\n',
      `g\r\n`,
    ],
    ...[
      'ffffffffffffffff\r\n',
      'fffffffff\r\n',
      `${hex}  \r\n`,
      `000000000000000000000${hex}\r\n`,
      `${(size + 1).toString(16)}\r\n`,
    ],
  ]);
}

/** Two statements about the end of the body. */
const both: Framing = (request, draws) => {
  const coding = draws.one([
    'chunked',
    'Chunked',
    ' chunked',
    'identity',
    'gzip, chunked',
    'chunked, gzip',
    'x',
    'chunked, chunked',
    'chunked\r\nTransfer-Encoding: x',
  ]);
  const coded = withHeader(
    request,
    draws.one(['Transfer-Encoding', 'transfer-encoding', 'Transfer-Encoding ']),
    coding,
  );
  return bytesOf(draws.percent(50) ? coded : changed(coded, { body: inChunks(request.body, draws) }));
};

/** Other versions and ends of lines. */
const lines: Framing = (request, draws) => {
  const text = bytesOf(request).toString('latin1');
  const end = text.indexOf('\r\n\r\n') + 4;
  const [head, body] = [text.slice(0, end), text.slice(end)];
  const version = draws.one(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.2', 'HTTP/11', 'http/1.1', 'HTTP', '']);
  const other = draws.one([
    ...[
      head.replace('HTTP/1.1', version),
      head.replaceAll('\r\n', '\n'),
      head.replaceAll('\r\n', '\r'),
      `\r\n\r\n${head}`,
    ],
    ...[
      head.replace('\r\n', '\r\n\r\n'),
      `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${head}`,
      head.replace('\r\n', '\r\n X: y\r\n'),
      ` ${head}`,
    ],
    ...[
      head.replaceAll(': ', ':'),
      head.replaceAll(': ', ' : '),
      head.replace(' ', '\t'),
      `\x16\x03\x01\x02\x00\x01${head}`,
    ],
  ]);
  return Buffer.from(other + body, 'latin1');
};

/** Too many headers. */
const many: Framing = (request, draws) => {
  const more = Array.from({ length: draws.one([100, 1_999, 2_001]) }, (_, index) => [`X${index}`, 'y'] as const);
  return bytesOf(changed(request, { headers: [...request.headers, ...more] }));
};

export const FRAMINGS: readonly (readonly [name: string, framing: Framing])[] = [
  ['length', length],
  ['in chunks', chunked],
  ['in chunks', chunked],
  ['two framings', both],
  ['lines', lines],
  ['many headers', many],
];
