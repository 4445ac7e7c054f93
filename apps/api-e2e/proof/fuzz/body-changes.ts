import type { Draws } from './draws.js';
import type { Change } from './header-changes.js';
import { changed, headerOf, withHeader, type FuzzRequest } from './request.js';
import { anyNumber, anyText, anyValue } from './values.js';

/** JSON with something about it wrong. */
const json: Change = (request, draws) => {
  const value = parsed(request);
  if (value === undefined) return request;
  const text = (other: unknown) => Buffer.from(JSON.stringify(other) ?? '');
  switch (draws.below(5)) {
    case 0:
      return changed(request, { body: text(anyValue(draws)) });
    case 1:
      return changed(request, { body: Buffer.from(draws.one(['[', '{"a":']).repeat(draws.one([10, 1_000, 10_000]))) });
    case 2: {
      const doubled = request.body.toString().replace('{', `{${JSON.stringify(draws.one(Object.keys(value)))}:1,`);
      return changed(request, { body: Buffer.from(doubled) });
    }
    default:
      return changed(request, { body: text(twisted(value, draws)) });
  }
};

function parsed({ body }: FuzzRequest): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function twisted(value: Record<string, unknown>, draws: Draws): unknown {
  const names = Object.keys(value);
  const name =
    names.length === 0 || draws.percent(10) ? draws.one(['__proto__', 'constructor', 'extra', '']) : draws.one(names);
  if (draws.percent(15)) return Object.fromEntries(Object.entries(value).filter(([own]) => own !== name));
  const entries = Object.entries(value).filter(([own]) => own !== name);
  return Object.fromEntries([...entries, [name, anyValue(draws)]]);
}

/** The parts of a form, one changed, left out, doubled or in another place. */
const form: Change = (request, draws) => {
  const parts = partsOf(request);
  if (parts === null) return request;
  const at = draws.below(parts.list.length);
  const part = parts.list[at] ?? '';
  const split = part.indexOf('\r\n\r\n') + 4;
  const value = draws.percent(50) ? anyNumber(draws) : anyText(draws);
  const lists = [
    () => parts.list.with(at, `${part.slice(0, split)}${value}\r\n`),
    () => parts.list.toSpliced(at, 1),
    () => parts.list.toSpliced(draws.below(parts.list.length), 0, part),
    () => [...parts.list.toSpliced(at, 1), part],
    () => parts.list.with(at, withOtherHead(part, draws)),
    () => Array.from({ length: draws.one([20, 200, 2_000]) }, () => part),
  ];
  return changed(request, { body: joined(parts.boundary, draws.one(lists)()) });
};

interface Parts {
  readonly boundary: string;
  readonly list: readonly string[];
}

function partsOf(request: FuzzRequest): Parts | null {
  const boundary = /boundary=([^;"\s]+)/u.exec(headerOf(request, 'content-type') ?? '')?.[1];
  if (boundary === undefined) return null;
  const list = request.body
    .toString('latin1')
    .split(`--${boundary}\r\n`)
    .slice(1)
    .map((part) => part.replace(`--${boundary}--\r\n`, ''));
  return list.length === 0 ? null : { boundary, list };
}

function joined(boundary: string, list: readonly string[]): Buffer {
  return Buffer.from(`${list.map((part) => `--${boundary}\r\n${part}`).join('')}--${boundary}--\r\n`, 'latin1');
}

function withOtherHead(part: string, draws: Draws): string {
  const value = anyText(draws);
  return draws.one([
    part.replace(
      /; name="[^"]*"/u,
      draws.one(['', '; name=', `; name="${value}"`, '; name=x; name=y', "; name*=utf-8''x"]),
    ),
    part.replace(
      /filename="[^"]*"/u,
      draws.one(['filename=', `filename="${value}"`, `filename*=UTF-8''${value}`, 'filename="a\\"b"']),
    ),
    part.replace('form-data', draws.one(['attachment', '', 'FORM-DATA', 'form-data;'.repeat(200)])),
    part.replace(
      'Content-Disposition',
      draws.one(['content-disposition', 'X', 'Content-Disposition: x\r\nContent-Disposition']),
    ),
    `${draws.one(['X: y\r\n', `X: ${'y'.repeat(20_000)}\r\n`, 'X: y\r\n'.repeat(100), ' folded\r\n', ':\r\n', 'X\r\n'])}${part}`,
    part.replace('\r\n\r\n', draws.one(['\n\n', '\r\n', '\r\r', '\n\r\n'])),
  ]);
}

/** Lines that nearly are, or should not be, the boundary. */
const boundary: Change = (request, draws) => {
  const parts = partsOf(request);
  if (parts === null) return request;
  const own = parts.boundary;
  const body = request.body.toString('latin1');
  const at = draws.below(body.length + 1);
  const line = draws.one([
    ...[
      `\r\n--${own}`,
      `\r\n--${own}\r\n`,
      `\r\n--${own}--`,
      `\r\n--${own}--\r\n`,
      `\r\n--${own.slice(0, -1)}`,
      `\n--${own}\n`,
    ],
    ...[
      `\r\n--${own}x`,
      `\r\n--${own} \t\r\n`,
      `--${own}`,
      `\r\n-${own}`,
      `\r\r\n--${own}\r\n`,
      `\r\n--${own}-\r\n`,
      '\r\n--',
      '\r',
    ],
  ]);
  const type = (value: string) => withHeader(request, 'Content-Type', value);
  const others = [
    () => changed(request, { body: Buffer.from(body.slice(0, at) + line + body.slice(at), 'latin1') }),
    () => changed(request, { body: Buffer.from(body.replace(`--${own}--\r\n`, line), 'latin1') }),
    () => changed(request, { body: Buffer.from(`${anyText(draws)}\r\n${body}${anyText(draws)}`, 'latin1') }),
    () => changed(request, { body: Buffer.from(body.replaceAll('\r\n', '\n'), 'latin1') }),
    () =>
      type(
        draws.one(['multipart/form-data', 'multipart/form-data; boundary=', `multipart/form-data; boundary="${own}"`]),
      ),
    () =>
      type(
        `multipart/form-data; boundary=${draws.one(['x'.repeat(71), 'a b', '"a', '--', own.slice(1), `${own}; boundary=x`])}`,
      ),
    () => type(`Multipart/Form-Data; charset=x; BOUNDARY=${own}`),
  ];
  return draws.one(others)();
};

/** Text where there was some. */
const text: Change = (request, draws) => {
  const body = request.body.toString('latin1');
  const [from, to] = draws.run(body.length);
  return changed(request, { body: Buffer.from(body.slice(0, from) + anyText(draws) + body.slice(to), 'latin1') });
};

const size: Change = (request, draws) => {
  const length = draws.one([0, 1, request.body.length - 1, request.body.length + 1, 70_000, 300_000]);
  return changed(request, {
    body: Buffer.concat([request.body, Buffer.alloc(300_000, 'x')]).subarray(0, Math.max(0, length)),
  });
};

export const BODY_CHANGES: readonly (readonly [name: string, change: Change])[] = [
  ['JSON', json],
  ['parts of a form', form],
  ['boundary', boundary],
  ['text in the body', text],
  ['size of the body', size],
];
