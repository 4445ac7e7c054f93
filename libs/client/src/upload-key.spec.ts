import { describe, expect, it } from '@jest/globals';
import { UUID_FIELD_PATTERN } from '@stowage/contract';
import { newUploadKey } from './upload-key.js';

describe('the key of an upload', () => {
  it('is the text of a random UUID, without a secure context', () => {
    const keys = Array.from({ length: 1_000 }, newUploadKey);
    expect(new Set(keys).size).toBe(1_000);
    for (const key of keys) {
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
      expect(key).toMatch(UUID_FIELD_PATTERN);
    }
  });
});
