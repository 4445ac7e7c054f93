import { describe, expect, it } from '@jest/globals';
import { createUploadSchema } from '@stowage/contract';
import type { LimitsConfiguration } from '../../../platform/config/configuration.js';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { uploadRequest } from './rest-plan.js';

const LIMITS = { maxFileSize: 10_000, maxChunkSize: 500, maxChunks: 15 } as LimitsConfiguration;

function plan(wanted: object, key: string | null = null) {
  try {
    const body = createUploadSchema.parse({ name: 'a.bin', length: 1_000, ...wanted });
    return uploadRequest(body, { owner: 'somebody', spaceId: 'a space' }, key, LIMITS);
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

describe('what a client asks for', () => {
  it('is taken with its presets', () => {
    expect(plan({ path: 'x/y/', sha256: 'AB'.repeat(32) })).toEqual({
      owner: 'somebody',
      spaceId: 'a space',
      clientKey: null,
      name: 'a.bin',
      path: 'x/y',
      length: 1_000,
      chunkSize: null,
      mediaType: 'application/octet-stream',
      declaredSha256: 'ab'.repeat(32),
      resumable: true,
    });
  });

  it.each([
    [{ length: 10_000, chunkSize: 500 }, 'too-many-chunks'],
    [{ length: 7_500, chunkSize: 500 }, null],
    [{ length: 7_501, chunkSize: 500 }, 'too-many-chunks'],
    [{ length: 10_001 }, 'file-too-large'],
    [{ length: null, chunkSize: 500 }, null],
    [{ length: 0, chunkSize: 501 }, 'chunk-too-large'],
    [{ name: '..' }, 'invalid-name'],
    [{ path: '../x' }, 'invalid-path'],
  ])('%j is within the limits, or %s', (wanted, code) => {
    const result = plan(wanted);
    expect(typeof result === 'string' ? result : null).toBe(code);
  });

  it('is known again by all of its values, and under a key that no form can have', () => {
    const fingerprint = (wanted: object) => {
      const result = plan(wanted, 'key');
      return typeof result === 'string' ? result : [result.clientKey, result.fingerprint];
    };
    const [key, first] = fingerprint({});
    expect(key).toBe('rest/key');
    expect(fingerprint({ conflict: 'reject', path: '' })).toEqual([key, first]);
    const others = [
      { name: 'b' },
      { path: 'p' },
      { length: 1 },
      { length: null },
      { chunkSize: 1_00 },
      { conflict: 'rename' },
      { mediaType: 'a/b' },
      { sha256: 'a'.repeat(64) },
    ];
    const prints = others.map((other) => fingerprint(other)[1]);
    expect(new Set([first, ...prints]).size).toBe(others.length + 1);
  });
});
