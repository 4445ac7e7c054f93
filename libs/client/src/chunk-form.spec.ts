import { describe, expect, it } from '@jest/globals';
import { source } from '../test/world.js';
import { chunkForm } from './chunk-form.js';

describe('the form of a chunk', () => {
  const plan = { length: 25, chunkSize: 10, count: 3 };

  it('has the fields of Dropzone in its order, then name and folder, and the bytes last', async () => {
    const form = chunkForm('key', source(25, '名前 "%22".txt', 'a/b'), plan, 2);
    const entries = [...form.entries()];
    expect(entries.slice(0, -1)).toEqual([
      ['dzuuid', 'key'],
      ['dzchunkindex', '2'],
      ['dztotalfilesize', '25'],
      ['dzchunksize', '10'],
      ['dztotalchunkcount', '3'],
      ['dzchunkbyteoffset', '20'],
      ['name', '名前 "%22".txt'],
      ['path', 'a/b'],
    ]);
    const [name, file] = entries.at(-1) ?? [];
    expect(name).toBe('file');
    expect(file).toMatchObject({ size: 5, type: 'text/plain' });
    expect(new Uint8Array(await (file as Blob).arrayBuffer())).toEqual(Uint8Array.of(20, 21, 22, 23, 24));
  });

  it('says what else there is before the bytes', () => {
    const form = chunkForm('key', source(25, 'x', 'a'), plan, 0, { folder: 'some folder', password: ' secret ' });
    expect([...form.keys()].slice(-4)).toEqual(['path', 'folder', 'password', 'file']);
    expect([form.get('folder'), form.get('password')]).toEqual(['some folder', ' secret ']);
  });
});
