import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { databaseErrorCode, isDatabaseUnavailable } from './database-errors.js';

const coded = (code: string, facts: object = {}) => Object.assign(new Error('no words'), { code, ...facts });
/** As TypeORM throws it: its own error around the driver's. */
const queryFailed = (inner: Error) => new QueryFailedError('SELECT 1', [], inner);

describe('the code of a database error', () => {
  it('is the SQLSTATE, also through TypeORM', () => {
    expect(databaseErrorCode(coded('23505'))).toBe('23505');
    expect(databaseErrorCode(queryFailed(coded('23505')))).toBe('23505');
  });

  it.each([null, undefined, 'text', 42, {}, new Error('x'), { code: 5 }])('is null for %p', (error) => {
    expect(databaseErrorCode(error)).toBeNull();
  });

  it('ends where a driver error refers to itself', () => {
    const error: Error & { driverError?: Error } = new Error('x');
    error.driverError = error;
    expect(databaseErrorCode(error)).toBeNull();
  });
});

describe('a database', () => {
  it.each(['08000', '08006', '57P01', '57P02', '57P03', '53300', '57014', '25P03', '55P03'])(
    'is away or busy with SQLSTATE %s',
    (code) => {
      expect(isDatabaseUnavailable(coded(code))).toBe(true);
      expect(isDatabaseUnavailable(queryFailed(coded(code)))).toBe(true);
    },
  );

  it.each(['23505', '23503', '22P02', '42P01', '40001', '57P05', '0800', '080060', '28P01'])(
    'is there with SQLSTATE %s',
    (code) => {
      expect(isDatabaseUnavailable(coded(code))).toBe(false);
      expect(isDatabaseUnavailable(queryFailed(coded(code)))).toBe(false);
    },
  );

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])(
    'is away with %s of a socket, whoever reports it',
    (code) => {
      expect(isDatabaseUnavailable(queryFailed(coded(code)))).toBe(true);
      expect(isDatabaseUnavailable(coded(code, { syscall: 'connect' }))).toBe(true);
      // Somebody else's broken connection, such as a client's.
      expect(isDatabaseUnavailable(coded(code))).toBe(false);
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ])('is away when pg says %j', (message) => {
    expect(isDatabaseUnavailable(new Error(message))).toBe(true);
    expect(isDatabaseUnavailable(queryFailed(new Error(message)))).toBe(true);
  });

  it.each([
    null,
    undefined,
    'Connection terminated',
    new Error('something else'),
    coded('ENOSPC', { syscall: 'write' }),
  ])('has nothing to do with %p', (error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });
});
