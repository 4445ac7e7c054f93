import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const LEFT_OUT = /(^|\/)(node_modules|dist|data|tmp|\.nx|\.angular|\.git)$/;

interface Message {
  readonly ruleId: string | null;
  readonly message: string;
}

/** Files that each break one rule, or none: path in the workspace → text. */
const probes = {
  'libs/contract/src/probe.ts': `export { UploadQueue } from '@stowage/client';\n`,
  'apps/api/src/probe.ts': `export { UploadQueue } from '@stowage/client';\n`,
  'apps/api-e2e/probe.ts': `export { UploadQueue } from '@stowage/client';\n`,
  'apps/web/src/probe.ts': `export { UploadQueue } from '@stowage/client';\n`,
  'libs/client/src/probe.ts': `export * from '@stowage/contract';\n`,
  'apps/api/src/environment-probe.ts': `export const port = process.env['PORT'];\n`,
  'apps/api/src/tools-probe.ts': `export * from '../../../tools/postgres/embedded-postgres.mjs';\n`,
  'apps/api/src/circle-one.ts': `import { two } from './circle-two.js';\nexport const one = (): number => two();\n`,
  'apps/api/src/circle-two.ts': `import { one } from './circle-one.js';\nexport const two = (): number => one();\n`,
  'apps/api/src/type-circle-one.ts': `import type { Two } from './type-circle-two.js';\nexport interface One { two: Two }\n`,
  'apps/api/src/type-circle-two.ts': `import type { One } from './type-circle-one.js';\nexport interface Two { one: One }\n`,
  'apps/api/src/silenced-probe.ts': `// eslint-disable-next-line eqeqeq\nexport const same = (a: unknown, b: unknown) => a == b;\n`,
};

let copy: string;
let found: Map<string, Message[]>;

/** Fills a copy of the workspace, so that nobody who lints meanwhile meets our probes. */
function copyWorkspace(folder: string): void {
  fs.cpSync(root, folder, { recursive: true, filter: (source) => !LEFT_OUT.test(source.replace(/\/$/, '')) });
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const [file, text] of Object.entries(probes)) fs.writeFileSync(path.join(folder, file), text);
}

function run(program: string, ...args: string[]): string {
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_WORKSPACE_ROOT_PATH: copy, FORCE_COLOR: '0' };
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'node_modules', program), ...args], {
    cwd: copy,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!stdout) throw new Error(stderr);
  return stdout;
}

beforeAll(() => {
  copy = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'stowage-lint-')));
  copyWorkspace(copy);
  run('nx/dist/bin/nx.js', 'show', 'projects'); // the project graph, without which the boundaries are not checked
  const output = run('eslint/bin/eslint.js', '--format', 'json', ...Object.keys(probes));
  const results = JSON.parse(output) as { filePath: string; messages: Message[] }[];
  found = new Map(results.map(({ filePath, messages }) => [path.relative(copy, filePath), messages]));
});

afterAll(() => {
  fs.rmSync(copy, { recursive: true, force: true });
});

function messagesOf(file: keyof typeof probes, rule: string): string[] {
  const messages = found.get(file);
  if (!messages) throw new Error(`${file} was not linted`);
  return messages.filter(({ ruleId }) => ruleId === rule).map(({ message }) => message);
}

describe('the boundaries between projects', () => {
  it.each(['libs/contract/src/probe.ts', 'apps/api/src/probe.ts', 'apps/api-e2e/probe.ts'] as const)(
    'refuse the client in %s',
    (file) => {
      expect(messagesOf(file, '@nx/enforce-module-boundaries').join()).toMatch(
        /A project tagged with "scope:\w+"|Circular dependency between/, // the contract is what the client builds on
      );
    },
  );

  it.each(['apps/web/src/probe.ts', 'libs/client/src/probe.ts'] as const)('let %s import what it may', (file) => {
    expect(messagesOf(file, '@nx/enforce-module-boundaries')).toEqual([]);
  });

  it('refuse tools in what runs at the user', () => {
    expect(messagesOf('apps/api/src/tools-probe.ts', 'no-restricted-imports')).toHaveLength(1);
  });
});

describe('the rules of the house', () => {
  it('refuse the environment outside its one file', () => {
    expect(messagesOf('apps/api/src/environment-probe.ts', 'no-restricted-properties')).toHaveLength(1);
  });

  it('refuse files that import each other, unless only their types do', () => {
    expect(messagesOf('apps/api/src/circle-one.ts', 'stowage/no-cycle').join()).toContain('circle-two.ts');
    expect(messagesOf('apps/api/src/circle-two.ts', 'stowage/no-cycle')).toHaveLength(1);
    expect(messagesOf('apps/api/src/type-circle-one.ts', 'stowage/no-cycle')).toEqual([]);
  });

  it('refuse a rule that is switched off without a reason', () => {
    expect(messagesOf('apps/api/src/silenced-probe.ts', 'stowage/disable-with-reason')).toHaveLength(1);
  });
});
