import { describe, expect, it } from '@jest/globals';
import { Random } from '../random.js';
import { imageAfterCut } from './disk-image.js';
import { FileNode } from './file-node.js';
import { FolderNode } from './folder-node.js';
import { Power, PowerCut } from './power.js';
import { Survival } from './survival.js';

const random = new Random('disk model');

/** Everything that power cuts leave of something, in many rolls. */
function outcomes<T>(afterCut: (survival: Survival) => T): Set<T> {
  return new Set(Array.from({ length: 300 }, () => afterCut(new Survival(random))));
}

function written(file: FileNode, text: string, at: number): void {
  file.write([Buffer.from(text)], at).returned = true;
}

describe('a file on the recorded disk', () => {
  const contents = (file: FileNode) => outcomes((survival) => file.afterCut(survival).toString().replaceAll('\0', '.'));

  it('keeps what was synced', () => {
    const file = new FileNode();
    written(file, 'kept', 0);
    file.endSync(file.beginSync());
    expect(contents(file)).toEqual(new Set(['kept']));
  });

  it('may keep, lose, or leave empty what was not', () => {
    const file = new FileNode();
    written(file, 'new', 0);
    expect(contents(file)).toEqual(new Set(['', 'new', '...']));
  });

  it('keeps of a sync that has not ended whatever it likes', () => {
    const file = new FileNode(Buffer.from('old'));
    written(file, 'new', 0);
    file.beginSync();
    expect(contents(file)).toEqual(new Set(['old', 'new']));
  });

  it('counts to a sync neither what was written after it began nor what had not returned by then', () => {
    const file = new FileNode(Buffer.from('old'));
    file.write([Buffer.from('N')], 0);
    const covered = file.beginSync();
    written(file, 'W', 2);
    file.endSync(covered);
    expect(contents(file)).toEqual(new Set(['old', 'Nld', 'NlW']));
  });

  it('may have been cut to a size, or not, until that is synced', () => {
    const file = new FileNode(Buffer.from('long'));
    file.truncate(2).returned = true;
    expect(contents(file)).toEqual(new Set(['long', 'lo', 'lo..']));
    file.endSync(file.beginSync());
    expect(contents(file)).toEqual(new Set(['lo']));
  });

  it('gives pages fates of their own', () => {
    const file = new FileNode(Buffer.alloc(8192, 'o'));
    written(file, 'n'.repeat(8192), 0);
    const ends = outcomes((survival) => {
      const left = file.afterCut(survival).toString();
      return `${left[0] ?? ''}${left[8191] ?? ''}`;
    });
    expect(ends).toEqual(new Set(['oo', 'on', 'no', 'nn']));
  });
});

describe('a folder on the recorded disk', () => {
  const names = (root: FolderNode) =>
    outcomes((survival) => [...imageAfterCut(root, survival).files.keys()].sort().join(' '));

  it('may lose a name that was not synced, though the bytes were, and never one that was', () => {
    const root = new FolderNode();
    root.set('kept', new FileNode());
    root.endSync(root.beginSync());
    root.set('new', new FileNode());
    expect(names(root)).toEqual(new Set(['kept', 'kept new']));
  });

  it('may bring back a name that was taken away', () => {
    const root = new FolderNode();
    root.load('old', new FileNode());
    root.set('old', null);
    expect(names(root)).toEqual(new Set(['', 'old']));
    root.endSync(root.beginSync());
    expect(names(root)).toEqual(new Set(['']));
  });

  it('does not count to a sync a name that came after it began', () => {
    const root = new FolderNode();
    const covered = root.beginSync();
    root.set('late', new FileNode());
    root.endSync(covered);
    expect(names(root)).toEqual(new Set(['', 'late']));
  });

  it('takes everything below along when its own name is lost', () => {
    const root = new FolderNode();
    const folder = new FolderNode();
    root.set('folder', folder);
    folder.set('file', new FileNode());
    folder.endSync(folder.beginSync());
    expect(names(root)).toEqual(new Set(['', 'folder/file']));
  });

  it('shows one file under both of its names', () => {
    const root = new FolderNode();
    const file = new FileNode();
    root.load('one', file);
    root.load('two', file);
    written(file, 'same', 0);
    for (let roll = 0; roll < 50; roll++) {
      const { files } = imageAfterCut(root, new Survival(random));
      expect(files.get('one')).toBe(files.get('two'));
    }
  });
});

describe('power', () => {
  it('is cut at a step by its number or its name', async () => {
    for (const stop of [{ step: 4 }, { name: 'after write', times: 2 }]) {
      const power = new Power(stop);
      const done: string[] = [];
      const calls = (async () => {
        for (const turn of ['first', 'second']) {
          await power.call('write', () => Promise.resolve(done.push(turn)));
          done.push('heard');
        }
      })();
      const outcome = expect(calls).rejects.toBeInstanceOf(PowerCut);
      await power.cut;
      expect([power.cutAt, power.quiet]).toEqual(['after write', true]);
      expect(done).toEqual(['first', 'heard', 'second']);
      power.end();
      await outcome;
    }
  });

  it('that is cut lets nothing begin and nothing be heard of', async () => {
    const power = new Power({ step: 2 });
    const [begun, happened]: string[][] = [[], []];
    let finish: () => void = () => undefined;
    const slow = power.call(
      'slow',
      () => new Promise<void>((resolve) => (finish = resolve)),
      () => happened?.push('slow'),
    );
    const late = power.call('late', () => Promise.resolve(begun?.push('late')));
    const outcomes = Promise.allSettled([slow, late]);
    await power.cut;
    expect(power.quiet).toBe(false);
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect([power.quiet, begun, happened]).toEqual([true, [], []]);
    power.end();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
