// Folders and selections as one ZIP file, read by programs that others have written.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StoredFile } from '@stowage/contract';
import { DropzoneUpload } from './support/dropzone.js';
import { fileNameOf } from './support/content-disposition.js';
import type { Answer } from './support/http.js';
import { NAMES, UNSAFE_IN_ZIP } from './support/name-corpus.js';
import { somebody } from './support/people.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { ownSpace } from './support/spaces.js';
import { readZip } from './support/unzip.js';
import { Visitor } from './support/visitor.js';

const product = new Product();
const random = new Random('zip');
let maria: Visitor;
let space: string;
beforeAll(async () => {
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', 'a walrus in the kitchen');
  product.headers = maria.headers;
  space = (await ownSpace(maria)).id;
});
afterAll(() => product.dispose());

function upload(name: string, content: Buffer, path = ''): Promise<StoredFile> {
  return new DropzoneUpload(product, { name, content, chunkSize: 1_000_000, fields: { path, space } }).complete();
}

function zip(...entries: readonly string[]): Promise<Answer> {
  return maria.send(`/api/zip?entries=${entries.join(',')}`);
}

describe('a folder', () => {
  it('comes as one ZIP file with all that is in it', async () => {
    const [one, two] = [random.bytes(2_500_000), random.bytes(3)];
    const first = await upload('one.bin', one, 'zipped');
    await upload('two.bin', two, 'zipped/inside');
    const answer = await zip(first.parent);
    expect([answer.status, answer.type]).toEqual([200, 'application/zip']);
    expect(fileNameOf(String(answer.headers['content-disposition']))).toBe('zipped.zip');
    const entries = await readZip(answer.body);
    expect(entries.map(({ name }) => name).sort()).toEqual([
      ...['zipped/', 'zipped/inside/', 'zipped/inside/two.bin', 'zipped/one.bin'],
    ]);
    expect(entries.find(({ name }) => name === 'zipped/one.bin')?.bytes.equals(one)).toBe(true);
    expect(entries.find(({ name }) => name === 'zipped/inside/two.bin')?.bytes.equals(two)).toBe(true);
  });

  it('is not there for somebody who may not see it', async () => {
    const { parent, id } = await upload('private.bin', random.bytes(3), 'private');
    const { visitor } = await somebody(product, maria, 'Adam', 'member');
    for (const entries of [parent, id, space, 'A'.repeat(22)]) {
      const answer = await visitor.send(`/api/zip?entries=${entries}`);
      expect([answer.status, answer.problem.code]).toEqual([404, 'entry-not-found']);
    }
  });

  it('runs nothing, frames nowhere, and is kept nowhere', async () => {
    const { parent } = await upload('page.html', Buffer.from('<script>alert(1)</script>'), 'pages');
    for (const method of ['GET', 'HEAD']) {
      const { headers } = await maria.send(`/api/zip?entries=${parent}`, { method });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'cache-control': expect.stringMatching(/\bno-store\b/u),
        'content-disposition': expect.stringMatching(/^attachment(;|$)/u),
      });
    }
  });
});

describe('names of all kinds', () => {
  let body: Buffer;
  let parent: string;
  beforeAll(async () => {
    for (const [, name] of NAMES) parent = (await upload(name, Buffer.from(name), 'names')).parent;
    body = (await zip(parent)).body;
  });

  it('are in the ZIP file byte for byte, unless they could not be unpacked', async () => {
    const byText = new Map((await readZip(body)).map(({ name, bytes }) => [bytes.toString(), name]));
    for (const [kind, name] of NAMES) {
      const inside = byText.get(name)?.replace('names/', '');
      if (UNSAFE_IN_ZIP.test(name)) expect([kind, inside]).not.toEqual([kind, name]);
      else expect([kind, inside]).toEqual([kind, name]);
      expect(inside).not.toMatch(UNSAFE_IN_ZIP);
      expect(inside).not.toMatch(/[/\\]|^\.{1,2}$/u);
    }
    expect(byText.size).toBe(NAMES.length + 1);
  });

  const PROGRAMS: Readonly<Record<string, Readonly<Record<'unpack' | 'test', readonly string[]>>>> = {
    unzip: { unpack: ['-qq', 'names.zip', '-d', 'into'], test: ['-tqq', 'names.zip'] },
    python3: {
      unpack: ['-m', 'zipfile', '-e', 'names.zip', 'into'],
      test: ['-m', 'zipfile', '-t', 'names.zip'],
    },
  };
  it.each(Object.keys(PROGRAMS).filter((name) => spawnSync(name, ['--help']).error === undefined))(
    'are unpacked by %s, and nothing lands elsewhere',
    (name) => {
      const work = join(product.folder, `unpacked by ${name}`);
      mkdirSync(join(work, 'into'), { recursive: true });
      writeFileSync(join(work, 'names.zip'), body);
      const run = (what: 'unpack' | 'test') =>
        execFileSync(name, PROGRAMS[name]?.[what] ?? [], {
          ...{ cwd: work, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } },
        });
      expect(run('test')).not.toMatch(/bad|error/iu);
      run('unpack');
      expect(readdirSync(work).sort()).toEqual(['into', 'names.zip']);
      expect(readdirSync(join(work, 'into'))).toEqual(['names']);
      expect(readdirSync(join(work, 'into', 'names'))).toHaveLength(NAMES.length);
    },
  );
});
