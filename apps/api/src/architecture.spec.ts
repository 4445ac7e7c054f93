import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { architectureFaults } from '../test/architecture-rules.js';
import { readGraph, readSource, type ImportGraph } from '../test/import-graph.js';

/** A made-up tree: paths and their texts. */
function tree(files: Readonly<Record<string, string>>): ImportGraph {
  return new Map(Object.entries(files).map(([path, text]) => [path, readSource(text, path)]));
}

const faultsOf = (files: Readonly<Record<string, string>>) => architectureFaults(tree(files));

describe('the source of the API', () => {
  const graph = readGraph(fileURLToPath(new URL('.', import.meta.url)));

  it('is read whole', () => {
    expect(graph.size).toBeGreaterThan(60);
    expect(graph.get('upload/chunk.service.ts')?.imports).toContain('blobs/blob-store.ts');
    expect(graph.get('platform/config/environment.ts')?.readsEnvironment).toBe(true);
  });

  it('keeps to the rules', () => {
    expect(architectureFaults(graph)).toEqual([]);
  });
});

describe('the rules', () => {
  it('let a room import lower rooms, and the top import all', () => {
    expect(
      faultsOf({
        'main.ts': `import './app.module.js';`,
        'app.module.ts': `import './upload/upload.module.js';`,
        'upload/upload.module.ts': `import '../entries/ledger.js'; import './protocols/tus/tus.controller.js';`,
        'upload/upload.service.ts': `import '../platform/ids.js';`,
        'upload/protocols/tus/tus.controller.ts': `import '../../upload.service.js'; import './tus-headers.js';`,
        'upload/protocols/tus/tus-headers.ts': '',
        'entries/ledger.ts': `import { a } from '../blobs/store.js'; export * from '../platform/ids.js';`,
        'blobs/store.ts': `import { readFile } from 'node:fs/promises';`,
        'platform/ids.ts': '',
      }),
    ).toEqual([]);
  });

  it.each([
    ['platform/ids.ts', 'blobs/store.ts'],
    ['blobs/store.ts', 'identity/access.ts'],
    ['blobs/store.ts', 'entries/tree.ts'],
    ['entries/tree.ts', 'upload/upload.service.ts'],
    ['upload/upload.service.ts', 'audit/chain.ts'],
    ['upload/upload.service.ts', 'main.ts'],
  ])('refuse that %s imports %s', (from, to) => {
    for (const statement of [
      `import '../${to}';`,
      `import type { A } from '../${to}';`,
      `export * from '../${to}';`,
      `await import('../${to}');`,
    ]) {
      const faults = faultsOf({ [from]: statement.replace('.ts', '.js'), [to]: '' });
      expect(faults).toEqual([`${from} imports ${to}, which is not below it`]);
    }
  });

  it('refuse a room that nobody has given a floor', () => {
    expect(faultsOf({ 'helpers/a.ts': '' })).toEqual(['helpers/ has no floor']);
  });

  it('refuse folders that import each other, even without a cycle between files', () => {
    expect(
      faultsOf({
        'platform/http/a.ts': `import '../database/b.js';`,
        'platform/database/b.ts': '',
        'platform/database/c.ts': `import '../http/d.js';`,
        'platform/http/d.ts': '',
      }),
    ).toEqual(['platform/database ⇄ platform/http import each other']);
  });

  it('refuse a cycle between files', () => {
    expect(
      faultsOf({
        'upload/a.ts': `import './b.js';`,
        'upload/b.ts': `import type { C } from './c.js';`,
        'upload/c.ts': `import './a.js';`,
      }),
    ).toEqual(['upload/a.ts → upload/b.ts → upload/c.ts → upload/a.ts is a cycle']);
  });

  it.each([
    ['an entity', '../../entities/upload.entity.js', 'upload/entities/upload.entity.ts'],
    ['a ledger', '../../upload-ledger.js', 'upload/upload-ledger.ts'],
    ['a store', '../../../blobs/blob-store.js', 'blobs/blob-store.ts'],
    ['TypeORM', 'typeorm', 'typeorm'],
    ["Nest's repositories", '@nestjs/typeorm', '@nestjs/typeorm'],
    ['another protocol', '../dropzone/batch.js', 'upload/protocols/dropzone/batch.ts'],
  ])('refuse a protocol that imports %s', (_, specifier, path) => {
    const from = 'upload/protocols/tus/tus.controller.ts';
    expect(faultsOf({ [from]: `import type { A } from '${specifier}';` })).toEqual([
      `${from} imports ${path}, which is not a protocol's business`,
    ]);
  });

  it.each([
    `const port = process.env.PORT;`,
    `const port = process.env['PORT'];`,
    `const port = process['env'].PORT;`,
    `const port = globalThis.process.env.PORT;`,
    `const { env } = process;`,
    `import { env } from 'node:process';`,
    `import process from 'process';`,
  ])('refuse the environment: %s', (text) => {
    expect(faultsOf({ 'upload/a.ts': text })).toEqual(['upload/a.ts reads the environment']);
    expect(faultsOf({ 'platform/config/environment.ts': text })).toEqual([]);
  });

  it('do not mind the environment in words', () => {
    expect(
      faultsOf({ 'upload/a.ts': `// never process.env here\nconst text = 'process.env';\nprocess.exit(0);` }),
    ).toEqual([]);
  });

  it('refuse a file of more than 400 lines', () => {
    expect(faultsOf({ 'upload/a.ts': 'f();\n'.repeat(400) })).toEqual([]);
    expect(faultsOf({ 'upload/a.ts': 'f();\n'.repeat(401) })).toEqual(['upload/a.ts has 401 lines']);
  });
});
