import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DropzoneUpload, postForm, resultOf } from './support/dropzone.js';
import { encodeForm } from './support/form.js';
import { Product } from './support/product.js';
import { exchange, RawSocket, requestHead } from './support/raw-socket.js';
import { Random } from './support/random.js';

const TOKEN = 'token-that-must-not-be-told-to-anybody-1';
const NAME = 'Namensverrat';
const product = new Product({ env: { STOWAGE_ADMIN_TOKEN: TOKEN } });
const random = new Random('logs');
const BEARER = { Authorization: `Bearer ${TOKEN}` };
beforeAll(() => product.start());
afterAll(() => product.dispose());

async function post(upload: DropzoneUpload, index: number, headers: Readonly<Record<string, string>> = BEARER) {
  const { contentType, body } = upload.form(index);
  return product.send('/upload', { method: 'POST', headers: { 'Content-Type': contentType, ...headers }, body });
}

describe('the log', () => {
  const upload = new DropzoneUpload(product, {
    name: `${NAME}.txt`,
    content: random.bytes(550),
    chunkSize: 100,
    uuid: `${NAME}-key`,
    fields: { path: `${NAME}/folder` },
  });

  it('tells at debug of each chunk, and at info of each file, by id', async () => {
    for (const index of upload.indexes.slice(0, -1)) await post(upload, index);
    const result = resultOf(await post(upload, upload.count - 1));
    const uploadId = result.upload.id;

    const complete = await product.logs.waitFor('the file is logged', ({ msg }) => msg === 'file complete');
    expect(complete).toMatchObject({
      level: 'info',
      uploadId,
      fileId: result.file?.id,
      size: 550,
      ms: expect.any(Number),
    });
    const chunks = product.logs.lines.filter(({ msg }) => msg?.startsWith('chunk ') ?? false);
    expect(chunks.map(({ msg }) => msg)).toEqual([1, 2, 3, 4, 5, 6].map((number) => `chunk ${number} of 6`));
    expect(chunks[5]).toMatchObject({ level: 'debug', uploadId, bytes: 50, ms: expect.any(Number) });
  });

  it('is JSON on every line and tells no name and no secret, whatever is sent', async () => {
    const cookie =
      (await product.send('/api/session', { method: 'POST', headers: BEARER })).headers['set-cookie']?.[0] ?? '';
    const session = { Cookie: cookie.split(';')[0] ?? '' };
    const bad = (name: string, fields: Readonly<Record<string, string>> = {}) =>
      new DropzoneUpload(product, { name, content: random.bytes(550), chunkSize: 100, fields });

    // Every kind of end: taken, refused, cut short, unknown, forbidden, failed.
    await post(bad(`${NAME}.txt`, { path: `${NAME}/folder` }), 0);
    await post(bad(`${NAME}\r\n{"level":"fatal"}`), 0);
    await post(bad(`../${NAME}`), 0);
    await post(bad(`${NAME} digest`, { sha256: 'f'.repeat(64) }), 0);
    await post(bad(`${NAME} path`, { path: `../${NAME}` }), 0);
    await postForm(product, encodeForm([{ name: NAME, value: NAME, fileName: NAME }]));
    await post(upload, 0, { Authorization: `Bearer ${TOKEN}x` });
    await post(upload, 0, { ...session, Origin: `https://${NAME}.example` });
    for (const path of [`/${NAME}`, `/api/files/${NAME}`, `/api/files?cursor=${NAME}`, `/api/uploads?dzuuid=${NAME}`]) {
      await product.send(path, { headers: BEARER });
      await product.send(path, { headers: session });
    }
    await exchange(product.port, `${NAME} ${TOKEN} garbage\r\n\r\n`);
    const { contentType, body } = upload.form(0);
    const socket = await RawSocket.open(product.port);
    await socket.write(
      requestHead('POST', '/upload', { Host: NAME, ...BEARER, 'Content-Type': contentType, 'Content-Length': 99_999 }),
    );
    await socket.write(body);
    socket.vanish();
    const digest = bad(`${NAME} wrong`, { sha256: 'f'.repeat(64) });
    for (const index of digest.indexes) await post(digest, index);
    await product.logs.waitFor('the failure is logged', ({ reason }) => reason === 'digest-mismatch');
    await product.stop();
    await product.start();

    expect(() => product.logs.lines).not.toThrow();
    const text = product.logs.rawLines.join('\n');
    for (const secret of [NAME, TOKEN, session.Cookie, '"level":"fatal"', 'postgresql://']) {
      expect(product.logs.rawLines.filter((line) => line.toLowerCase().includes(secret.toLowerCase()))).toEqual([]);
    }
    expect(text).not.toMatch(/[\u007f-\u009f\u2028\u2029]/u);
    expect(product.process.errors).toBe('');
  });

  it('is the only thing on the standard output', () => {
    for (const line of product.logs.lines) {
      expect(line).toMatchObject({
        level: expect.stringMatching(/^(debug|info|warn|error)$/u),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u),
        msg: expect.any(String),
      });
    }
  });
});

describe('a level', () => {
  it('keeps what is less important out', async () => {
    const quiet = new Product({ env: { LOG_LEVEL: 'info' } });
    await quiet.start();
    try {
      await new DropzoneUpload(quiet, { name: 'a', content: random.bytes(300), chunkSize: 100 }).complete();
      await quiet.logs.waitFor('the file is logged', ({ msg }) => msg === 'file complete');
      expect(new Set(quiet.logs.lines.map(({ level }) => level))).toEqual(new Set(['info']));
    } finally {
      await quiet.dispose();
    }
  });
});

it('log lines that nobody takes do not end the process', () => {
  const logger = new URL('../../dist/out/api/platform/telemetry/logger.js', import.meta.url).href;
  const script = `import { createLogger } from '${logger}'; createLogger('info').info('x'); process.exitCode = 7;`;
  // A device that refuses every byte, as a terminal does that was closed.
  const full = openSync('/dev/full', 'w');
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  expect({ status: run.status, errors: String(run.stderr) }).toEqual({ status: 7, errors: '' });
});
