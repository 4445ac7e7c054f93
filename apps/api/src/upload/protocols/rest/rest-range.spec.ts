import { describe, expect, it } from '@jest/globals';
import type { LimitsConfiguration } from '../../../platform/config/configuration.js';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { appendRange, chunkRange, namedRange, tooLong } from './rest-range.js';

const LIMITS = { maxFileSize: 10_000, maxChunkSize: 500 } as LimitsConfiguration;
const KNOWN = { length: 1_000, chunkSize: 300 };
const UNKNOWN = { length: null, chunkSize: 300 };

/** The result, or the code of the problem. */
function outcome<T>(find: () => T): T | string {
  try {
    return find();
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

describe('the range of a chunk', () => {
  const of = (measures: { length: number | null; chunkSize: number | null }, index: string, announced: number | null) =>
    outcome(() => chunkRange(measures, index, announced, LIMITS));
  const chunk = (offset: number, length: number) => ({ offset, length, most: length, kind: 'chunk' });

  it.each([
    [KNOWN, '0', null, chunk(0, 300)],
    [KNOWN, '0', 300, chunk(0, 300)],
    [KNOWN, '3', 100, chunk(900, 100)],
    [KNOWN, '3', 101, 'size-mismatch'],
    [KNOWN, '0', 299, 'size-mismatch'],
    [KNOWN, '4', 1, 'range-outside-upload'],
    [KNOWN, '01', 300, 'range-outside-upload'],
    [KNOWN, '-1', 300, 'range-outside-upload'],
    [KNOWN, '9007199254740993', 300, 'range-outside-upload'],
    [UNKNOWN, '2', 300, chunk(600, 300)],
    [UNKNOWN, '2', 5, chunk(600, 5)],
    [UNKNOWN, '2', 301, 'size-mismatch'],
    [UNKNOWN, '2', null, 'missing-header'],
    [UNKNOWN, '34', 300, 'range-outside-upload'],
    [{ length: 0, chunkSize: 300 }, '0', 0, chunk(0, 0)],
    [{ length: 1_000, chunkSize: null }, '0', 300, 'no-chunk-size'],
  ])('of %j, index %s with %s bytes', (measures, index, announced, expected) => {
    expect(of(measures, index, announced)).toEqual(expected);
  });
});

describe('the range of a named range', () => {
  const of = (length: number | null, range: string, announced: number | null) =>
    outcome(() => namedRange({ length, chunkSize: null }, { 'content-range': range }, announced, LIMITS));

  it.each([
    [1_000, 'bytes 0-99/1000', 100, { offset: 0, length: 100, most: 100, kind: 'chunk' }],
    [1_000, 'bytes 900-999/*', null, { offset: 900, length: 100, most: 100, kind: 'chunk' }],
    [null, 'bytes 900-999/5000', 100, { offset: 900, length: 100, most: 100, kind: 'chunk' }],
    [1_000, 'bytes 900-1000/*', 101, 'range-outside-upload'],
    [1_000, 'bytes 0-99/999', 100, 'range-outside-upload'],
    [1_000, 'bytes 0-99/1000', 99, 'size-mismatch'],
    [1_000, 'bytes 0-500/1000', 501, 'chunk-too-large'],
    [null, 'bytes 9999-10000/*', 2, 'file-too-large'],
    [null, 'bytes 0-99/10000', 100, { offset: 0, length: 100, most: 100, kind: 'chunk' }],
    [null, 'bytes 0-99/10001', 100, 'file-too-large'],
    [1_000, 'bytes 99-0/1000', 100, 'invalid-header'],
  ])('of %s bytes, %s with %s', (length, range, announced, expected) => {
    expect(of(length, range, announced)).toEqual(expected);
  });
});

describe('the range of an append', () => {
  const of = (length: number | null, offset: string, announced: number | null, held: number) =>
    outcome(() => appendRange({ length, chunkSize: null }, { 'upload-offset': offset }, announced, held, LIMITS));

  it('begins where the bytes held without a gap end, and goes on to the end at most', () => {
    expect(of(1_000, '10', 5, 10)).toEqual({ offset: 10, length: 5, most: 990, kind: 'append' });
    expect(of(null, '10', null, 10)).toEqual({ offset: 10, length: null, most: 9_990, kind: 'append' });
    for (const offset of ['0', '9', '11']) expect(of(1_000, offset, 5, 10)).toBe('offset-conflict');
    expect(of(1_000, '1e1', 5, 10)).toBe('invalid-header');
  });
});

it('a body that is too long is told by what it is longer than', () => {
  const range = { offset: 0, length: null, most: 10, kind: 'append' } as const;
  expect(tooLong({ length: 10, chunkSize: null }, range, LIMITS).code).toBe('size-mismatch');
  expect(tooLong({ length: null, chunkSize: null }, range, LIMITS).code).toBe('file-too-large');
});
