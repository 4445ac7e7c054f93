import { EDGES, HOSTILE } from '../../support/hostile.js';
import type { Draws } from './draws.js';
import { asBytes } from './request.js';

/** Numbers as texts, at the bounds of types, sizes and parsers. */
const NUMBERS: readonly string[] = [
  ...EDGES.map(String),
  ...[2 ** 43, 2 ** 44, 2 ** 44 + 1, 2 ** 30, 2 ** 30 + 1, 2 ** 31 - 1, 1_000_000, 1_000_001].map(String),
  ...['9223372036854775807', '9223372036854775808', '18446744073709551616', '00', '007', '+1', '1.0', '1e2', '0x1f'],
  ...['', ' 1', '1 ', '1,1', '１', '٣', '-', '--1', 'Infinity', '1_000', '9'.repeat(30)],
];

/** Texts that Unicode makes hard. */
const UNICODE: readonly string[] = [
  ...['\u202egnp.exe', '\u200b', '\u2028', '\u0130', 'ẞ', 'ﬁ', 'Å', 'A\u030a', '\u1100\u1161\u11a8', '각', '\ufffd'],
  ...['👩‍👩‍👧‍👦', '🇩🇪', 'Z̸̢͎̐', '\u{10ffff}', '\u{e0001}', 'ø'.repeat(130), '\u0300'.repeat(300), '\u3000', '\u00a0', 'aux.txt'],
];
/** Bytes that are no UTF-8. */
const BROKEN: readonly string[] = [
  '\xff',
  '\xc0\xaf',
  '\xed\xa0\x80',
  '\xf4\x90\x80\x80',
  '\xe2\x82',
  '\x80',
  '\xfe\xff',
];

export const RANGES: readonly string[] = [
  ...[
    'bytes=0-',
    'bytes=-1',
    'bytes=-0',
    'bytes=0-0',
    'bytes=5-2',
    'bytes=2999-',
    'bytes=3000-',
    'bytes=-9999',
    'bytes=',
  ],
  ...[
    'bytes=0-1,1-2,0-',
    'bytes=0-0,2-2,4-4,6-6,8-8',
    `bytes=${'0-1,'.repeat(2_000)}5-6`,
    'bytes=,,0-1,,',
    'items=0-1',
  ],
  ...[
    'bytes=0-9007199254740993',
    'bytes=99999999999999999999-',
    'Bytes = 0 - 5',
    'bytes=0-1;x',
    'bytes 0-1/2',
    'bytes=a-b',
  ],
  ...[
    'bytes 0-99/1000',
    'bytes 900-999/1000',
    'bytes 100-199/*',
    'bytes */1000',
    'bytes 0-0/0',
    'bytes 99-0/1000',
    '*',
  ],
  ...[
    'bytes 0-9007199254740992/*',
    'bytes -1-5/10',
    'bytes 0-99/100',
    'bytes 0-99/99',
    'bytes 0-99',
    'bytes=0-99/1000',
  ],
];

export const DIGESTS: readonly string[] = [
  ...[
    'sha-256=:AAAA:',
    'sha-256=::',
    'sha-256=AAAA',
    'sha-256=:\xff:',
    'crc32c=:AAAAAA==:',
    'md5=:AA==:',
    'sha-256',
    '=',
  ],
  ...[
    `sha-256=:${'A'.repeat(43)}=:`,
    `sha-512=:${'A'.repeat(86)}==:, sha-256=:${'A'.repeat(43)}=:`,
    'unixsum=:AA==:;x=1',
  ],
  ...[`sha-256=:${'A'.repeat(5_000)}:`, 'sha-256=10', 'sha-256=11, sha-512=-1', '"sha-256"', 'a=1, '.repeat(500)],
];

const SPLICED: readonly string[] = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  '\t',
  '\r\n\r\n',
  '\r\nX-A: b\r\n',
  ' \r\n folded',
  '\x0b',
  '\x7f',
];

/** A number as text. */
export const anyNumber = (draws: Draws): string => draws.one(NUMBERS);

/** A text that has broken programs before, as its bytes. */
export function anyText(draws: Draws): string {
  const of = draws.below(10);
  if (of < 4) return asBytes(draws.one(HOSTILE));
  if (of < 6) return asBytes(draws.one(UNICODE));
  if (of < 7) return draws.one(BROKEN);
  if (of < 8) return anyNumber(draws);
  return of < 9 ? draws.bytes(1 + draws.below(30)).toString('latin1') : draws.one(SPLICED);
}

/** The same for a header: what ends a line would only make other headers of it, which is another change. */
export function anyHeaderText(draws: Draws): string {
  return anyText(draws).replaceAll(/[\r\n\0]/gu, '');
}

/** A value of JSON. */
export function anyValue(draws: Draws): unknown {
  switch (draws.below(6)) {
    case 0:
      return draws.one(EDGES);
    case 1:
      return draws.one<unknown>([null, true, false, [], {}, [[]], { a: 1 }, [null], [1, 'a', {}], { __proto__: 1 }]);
    case 2:
      return Array.from({ length: draws.below(1_500) }, () => 'a');
    case 3:
      return Number(anyNumber(draws));
    default:
      return Buffer.from(anyText(draws), 'latin1').toString();
  }
}
