import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uploadListSchema, type StoredFile } from '@stowage/contract';
import { expectRefusal } from './support/bad-input.js';
import { DropzoneUpload, fileOf, postForm, resultOf } from './support/dropzone.js';
import { encodeForm, type Part } from './support/form.js';
import { Product } from './support/product.js';
import { exchange, RawSocket, requestHead } from './support/raw-socket.js';
import { Random, sha256 } from './support/random.js';

const product = new Product();
const random = new Random('plain forms');
beforeAll(() => product.start());
afterAll(() => product.dispose());

function post(parts: readonly Part[]) {
  return postForm(product, encodeForm(parts));
}

function fileNamed(fileName: string, value: Buffer = random.bytes(1_000)): Part {
  return { name: 'file', fileName, value, type: 'text/plain' };
}

async function expectStored(file: StoredFile, content: Buffer): Promise<void> {
  expect(file).toMatchObject({ size: content.length, sha256: sha256(content) });
  expect((await product.download(file.id)).equals(content)).toBe(true);
}

describe('a form without dz fields', () => {
  it('is a whole file', async () => {
    const content = random.bytes(2_000_000);
    const answer = await post([fileNamed('whole.txt', content)]);

    expect(answer.status).toBe(201);
    const { file, upload, complete } = resultOf(answer);
    expect({ upload, complete }).toMatchObject({
      upload: { state: 'complete', length: 2_000_000, received: 2_000_000 },
      complete: true,
    });
    expect(file).toMatchObject({ name: 'whole.txt', path: '', mediaType: 'text/plain' });
    await expectStored(file as StoredFile, content);
  });

  it.each(['file', 'upload', 'files[]', 'file[0]', 'имя', ''])('takes the file as %j', async (name) => {
    const content = random.bytes(100);
    const answer = await post([{ ...fileNamed(`in ${name}`, content), name }]);

    await expectStored(await fileOf(product, [resultOf(answer)]), content);
  });

  it('passes over fields that it does not know', async () => {
    const fields = ['csrf', '__proto__', 'constructor', 'dzsomething'].map((name) => ({ name, value: 'x' }));
    const answer = await post([...fields, fileNamed('with fields.txt'), { name: 'submit', value: 'Send' }]);

    expect(answer.status).toBe(201);
  });

  it('may come without its length', async () => {
    const content = random.bytes(300_000);
    const { contentType, body } = encodeForm([fileNamed('no length.txt', content)]);
    const head = requestHead('POST', '/upload', {
      Host: `127.0.0.1:${product.port}`,
      'Content-Type': contentType,
      'Transfer-Encoding': 'chunked',
    });
    const chunked = [Buffer.from(head + body.length.toString(16) + '\r\n'), body, Buffer.from('\r\n0\r\n\r\n')];

    const answer = await exchange(product.port, Buffer.concat(chunked));
    expect(answer?.status).toBe(201);
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({ file: { sha256: sha256(content) } });
  });

  it('may wait to be asked for its body, as curl does', async () => {
    const content = random.bytes(1_500_000);
    const { contentType, body } = encodeForm(
      [fileNamed('curl.txt', content)],
      '------------------------d74496d6695887',
    );
    const socket = await RawSocket.open(product.port);
    await socket.write(
      requestHead('POST', '/upload', {
        ...{ Host: `127.0.0.1:${product.port}`, 'User-Agent': 'curl/8.5.0', Accept: '*/*' },
        ...{ 'Content-Length': body.length, 'Content-Type': contentType, Expect: '100-continue' },
      }),
    );
    await socket.write(body);

    const answer = await socket.answer();
    socket.close();
    expect(answer?.status).toBe(201);
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({ file: { sha256: sha256(content) } });
  });

  it('is told of a name that is taken, and leaves nothing', async () => {
    await post([fileNamed('once.txt')]);
    const answer = await post([fileNamed('once.txt')]);

    expectRefusal(answer, 409, 'name-taken');
    expect(answer.problem.error).toBe('File already exists');
    expect(await product.unfinished()).toEqual([]);
    expect(product.staged).toEqual([]);
  });

  it('makes one file of two that come at once under one name', async () => {
    const contents = [random.bytes(400_000), random.bytes(400_000)];
    const answers = await Promise.all(contents.map((content) => post([fileNamed('twins.txt', content)])));

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const winner = answers.findIndex(({ status }) => status === 201);
    const [file, ...others] = (await product.files()).filter(({ name }) => name === 'twins.txt');
    expect(others).toEqual([]);
    expect(sha256(await product.download(file?.id ?? ''))).toBe(sha256(contents[winner] ?? Buffer.alloc(0)));
    expect(await product.unfinished()).toEqual([]);
    expect(product.staged).toEqual([]);
  });
});

describe('an empty file', () => {
  it('is a file when it comes whole', async () => {
    await expectStored(
      await fileOf(product, [resultOf(await post([fileNamed('empty', Buffer.alloc(0))]))]),
      Buffer.alloc(0),
    );
  });

  it('is a file when it comes as one empty chunk', async () => {
    const upload = new DropzoneUpload(product, { name: 'empty chunk', content: Buffer.alloc(0), chunkSize: 1_000_000 });
    const answer = await upload.send(0);

    expect(answer.status).toBe(201);
    await expectStored(await fileOf(product, [resultOf(answer)]), Buffer.alloc(0));
  });

  it('is a file each, with the content stored once', () => {
    expect(product.blobs.filter(({ size }) => size === 0)).toHaveLength(1);
  });
});

describe('the field path', () => {
  it.each([
    ['a folder', 'photos', 'photos'],
    ['folders', 'photos/2026/a b', 'photos/2026/a b'],
    ['a trailing slash', 'trailing/', 'trailing'],
    ['nothing', '', ''],
    ['the file itself at its end, as browsers say it', 'tree/leaf/a file.txt', 'tree/leaf'],
    ['any Unicode', 'Фото/名前/🦉', 'Фото/名前/🦉'],
    ['what looks like an escape', '..%2f../x', '..%2f../x'],
  ])('may be %s', async (label, path, stored) => {
    const name = path.endsWith('a file.txt') ? 'a file.txt' : `${label}.txt`;
    const chunked = `chunked ${name}`;
    const first = await fileOf(product, [resultOf(await post([{ name: 'path', value: path }, fileNamed(name)]))]);
    const second = await new DropzoneUpload(product, {
      ...{ name: chunked, content: random.bytes(10), chunkSize: 5 },
      fields: { path: path.replace(name, chunked) },
    }).complete();

    expect([first.path, second.path]).toEqual([stored, stored]);
  });

  it('lets one name be in several folders', async () => {
    for (const path of ['one', 'two', 'one/two']) {
      expect((await post([{ name: 'path', value: path }, fileNamed('same.txt')])).status).toBe(201);
    }
    expect((await post([{ name: 'path', value: 'ONE' }, fileNamed('same.txt')])).status).toBe(409);
  });

  it('cannot lead through a file', async () => {
    await post([fileNamed('file.txt')]);

    expectRefusal(await post([{ name: 'path', value: 'file.txt' }, fileNamed('x')]), 409, 'path-not-a-folder');
  });

  it('cannot be the name of a file when it is a folder', async () => {
    await post([{ name: 'path', value: 'folder' }, fileNamed('x')]);

    expectRefusal(await post([fileNamed('folder')]), 409, 'name-taken');
  });
});

describe('the field sha256', () => {
  const content = random.bytes(5_000);

  it('is accepted when it is right, in either case', async () => {
    for (const [index, digest] of [sha256(content), sha256(content).toUpperCase()].entries()) {
      const answer = await post([{ name: 'sha256', value: digest }, fileNamed(`right ${index}`, content)]);
      expect(answer.status).toBe(201);
    }
  });

  it('is refused when it is wrong, and the name stays free', async () => {
    const wrong = { name: 'sha256', value: sha256(Buffer.from('other')) };
    expectRefusal(await post([wrong, fileNamed('wrong', content)]), 400, 'digest-mismatch');

    expect((await post([fileNamed('wrong', content)])).status).toBe(201);
    expect(product.staged).toEqual([]);
  });

  it('is refused on the chunk that closes the upload, and stays refused', async () => {
    const source = {
      name: 'wrong chunks',
      content,
      chunkSize: 1_000,
      fields: { sha256: sha256(Buffer.from('other')) },
    };
    const upload = new DropzoneUpload(product, source);
    const answers = await upload.sendAll();

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 400]);
    expectRefusal(answers[4] ?? null, 400, 'digest-mismatch');
    expectRefusal(await upload.send(3), 400, 'digest-mismatch');
    expect(product.staged).toEqual([]);
    const failed = (await product.send('/api/uploads?state=failed')).as(uploadListSchema).uploads;
    expect(failed).toContainEqual(expect.objectContaining({ name: 'wrong chunks', reason: 'digest-mismatch' }));
    expect((await product.files()).some(({ name }) => name === 'wrong chunks')).toBe(false);
  });
});

describe('other addresses of the form', () => {
  it('/uploads is the same', async () => {
    expect((await postForm(product, encodeForm([fileNamed('plural.txt')]), '/uploads')).status).toBe(201);
  });
});
