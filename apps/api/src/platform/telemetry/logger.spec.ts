import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { testLog } from '../../../test/test-log.js';
import { ProblemError } from '../http/problem-error.js';
import { describeError, NestLog } from './logger.js';

const SECRET = 'Gehaltsliste 2026.xlsx';

/** As pg throws it: what went wrong, and with which values. */
function driverError(): Error {
  return Object.assign(new Error('duplicate key value violates unique constraint "entries_name"'), {
    code: '23505',
    detail: `Key (name_key)=(${SECRET}) already exists.`,
    where: `COPY entries, line 1: "${SECRET}"`,
    constraint: 'entries_name',
  });
}

describe('what the log says of an error', () => {
  it('is its kind, its words, its code and where it was thrown', () => {
    const described = describeError(Object.assign(new TypeError('no'), { code: 'ENOENT', path: `/x/${SECRET}` }));
    expect(described).toEqual({
      type: 'TypeError',
      message: 'no',
      code: 'ENOENT',
      stack: expect.stringContaining('logger.spec'),
    });
  });

  it('includes the causes', () => {
    const error = new ProblemError('storage-failed', 'outer', { cause: new Error('middle', { cause: 'inner' }) });
    expect(describeError(error)).toMatchObject({
      type: 'ProblemError',
      code: 'storage-failed',
      cause: { type: 'Error', message: 'middle', cause: { type: 'string', message: 'inner' } },
    });
  });

  it('never includes the values of a statement that failed', () => {
    const error = new QueryFailedError('INSERT INTO entries VALUES ($1)', [SECRET], driverError());
    const wrapped = new ProblemError('internal', 'Internal error', { cause: error });
    for (const thrown of [error, wrapped]) expect(JSON.stringify(describeError(thrown))).not.toContain(SECRET);
    expect(describeError(error)).toMatchObject({ type: 'QueryFailedError', code: '23505' });
  });

  it('ends where errors refer to each other', () => {
    const first = new Error('first');
    const second = new Error('second', { cause: first });
    first.cause = second;
    expect(JSON.stringify(describeError(first)).length).toBeLessThan(100_000);
  });

  it.each([
    ['text', { type: 'string', message: 'text' }],
    [null, { type: 'object', message: 'null' }],
    [undefined, { type: 'undefined', message: 'undefined' }],
    [42, { type: 'number', message: '42' }],
  ])('is little of what is no error: %p', (thrown, expected) => {
    expect(describeError(thrown)).toEqual(expected);
  });

  it('stays so in a log line', () => {
    const { logger, lines } = testLog();
    logger.error({ err: new QueryFailedError('SELECT $1', [SECRET], driverError()), uploadId: 'u' }, 'failed');
    expect(lines).toEqual([
      expect.objectContaining({ level: 'error', msg: 'failed', uploadId: 'u', err: expect.anything() }),
    ]);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });
});

describe("Nest's own messages", () => {
  it('become lines like all others, its chatter as debug', () => {
    const { logger, lines } = testLog();
    const nest = new NestLog(logger);
    nest.log('Mapped {/upload, POST} route');
    nest.warn('careful');
    nest.error('broken', 'at somewhere', undefined);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['debug', 'Mapped {/upload, POST} route'],
      ['warn', 'careful'],
      ['error', 'broken'],
    ]);
  });
});
