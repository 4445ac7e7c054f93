import { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readJson } from './json-body.js';
import type { BodySource } from './raw-body.js';

const PACE = { idleTimeoutMs: 1_000, minRate: 0 };
const SCHEMA = z.strictObject({ name: z.string(), size: z.number().int().default(7) });

function request(body: Buffer | string, headers: IncomingHttpHeaders = {}): BodySource {
  const bytes = Buffer.from(body as string);
  const defaults = { 'content-type': 'application/json', 'content-length': String(bytes.length) };
  return Object.assign(Readable.from(bytes.length === 0 ? [] : [bytes]), { headers: { ...defaults, ...headers } });
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => (error as { code?: unknown }).code);

describe('a JSON body', () => {
  it.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/json;charset="utf-8"'])(
    'is read and validated as %s',
    async (type) => {
      const body = request('{"name":"é"}', { 'content-type': type });
      expect(await readJson(body, SCHEMA, PACE)).toEqual({ name: 'é', size: 7 });
    },
  );

  it.each([
    ['no JSON', '{"name":', {}, 'invalid-request'],
    ['nothing', '', {}, 'invalid-request'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 'invalid-request'],
    ['another type', '[]', {}, 'invalid-request'],
    ['a wrong member', '{"name":1}', {}, 'invalid-request'],
    ['an unknown member', '{"name":"a","x":1}', {}, 'invalid-request'],
    ['a prototype', '{"name":"a","__proto__":{"x":1}}', {}, 'invalid-request'],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported-media-type'],
    ['no type', '{"name":"a"}', { 'content-type': undefined }, 'unsupported-media-type'],
    ['another charset', '{}', { 'content-type': 'application/json; charset=latin1' }, 'unsupported-media-type'],
    ['compressed', '{"name":"a"}', { 'content-encoding': 'gzip' }, 'unsupported-encoding'],
    ['too long', `{"name":"${'a'.repeat(65_536)}"}`, {}, 'body-too-large'],
    ['deep', '['.repeat(60_000), {}, 'invalid-request'],
  ] as const)('is refused: %s', async (_, body, headers, code) => {
    expect(await codeOf(readJson(request(body as string, headers), SCHEMA, PACE))).toBe(code);
  });

  it('may be absent where that means something', async () => {
    const none = request('', { 'content-type': undefined, 'content-length': undefined });
    expect(await readJson(none, SCHEMA, PACE, { name: 'nobody' })).toEqual({ name: 'nobody', size: 7 });
  });

  it('is explained in a sentence that does not repeat all of it', async () => {
    const body = request(JSON.stringify({ name: 1, ['x'.repeat(5_000)]: 1 }));
    await expect(readJson(body, SCHEMA, PACE)).rejects.toThrow(/^name: .{1,500}…$/su);
  });
});
