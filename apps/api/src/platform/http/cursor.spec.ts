import { describe, expect, it } from '@jest/globals';
import { ID_PATTERN } from '@stowage/contract';
import fc from 'fast-check';
import { parseCursor, printCursor } from './cursor.js';

const idArb = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/u);
/** Moments as PostgreSQL prints them in UTC, with microseconds. */
const momentArb = fc
  .tuple(
    fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
    fc.nat(999_999),
  )
  .map(([date, micros]) => {
    const seconds = date.toISOString().slice(0, 19).replace('T', ' ');
    const fraction = String(micros).padStart(6, '0').replace(/0+$/u, '');
    return `${seconds}${fraction === '' ? '' : `.${fraction}`}+00`;
  });

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const ID = 'a'.repeat(22);
const AT = '2026-11-22 21:34:05.123456+00';

describe('a cursor', () => {
  it('comes back as it was printed', () => {
    fc.assert(
      fc.property(momentArb, idArb, (createdAt, id) => {
        const text = printCursor({ createdAt, id });
        expect(text).toMatch(/^[A-Za-z0-9_-]{1,200}$/u);
        expect(parseCursor(text)).toEqual({ createdAt, id });
      }),
    );
  });

  it('refuses what it has not printed', () => {
    const refused = expect.objectContaining({ code: 'invalid-request' });
    const any = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.jsonValue().map(encode));
    fc.assert(
      fc.property(any, (text) => {
        expect(() => parseCursor(text)).toThrow(refused);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'AAAA'],
    ['an object', encode({ createdAt: AT, id: ID })],
    ['too few', encode([AT])],
    ['too many', encode([AT, ID, 1])],
    ['a foreign id', encode([AT, "' OR 1=1 --"])],
    ['another zone', encode(['2026-11-22 21:34:05+01', ID])],
    ['an ISO moment', encode(['2026-11-22T21:34:05Z', ID])],
    ['infinity', encode(['infinity', ID])],
    ['a thirteenth month', encode(['2026-13-01 00:00:00+00', ID])],
    ['a thirtieth of February', encode(['2026-02-30 00:00:00+00', ID])],
    ['the year nought', encode(['0000-01-01 00:00:00+00', ID])],
    ['hour 24', encode(['2026-01-01 24:00:00+00', ID])],
    ['minute 60', encode(['2026-01-01 23:60:00+00', ID])],
  ])('refuses %s', (_, text) => {
    expect(() => parseCursor(text)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  it('knows ids by the pattern that all of ours have', () => {
    expect(ID_PATTERN.test(ID)).toBe(true);
  });
});
