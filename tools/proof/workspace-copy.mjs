/** A copy of the workspace that may be spoilt: sources and tests are copied, packages are linked. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { transpileFolder } from './transpile.mjs';

const COPIED = [
  'apps/api',
  'apps/api-e2e',
  'libs/contract',
  'tools',
  'jest.preset.mjs',
  'package.json',
  'tsconfig.base.json',
];
const LEFT_OUT = new Set(['dist', 'node_modules']);

/**
 * Links every package but our own.
 * @param {string} from
 * @param {string} to
 */
function linkPackages(from, to) {
  fs.mkdirSync(path.join(to, '@stowage'), { recursive: true });
  for (const name of fs.readdirSync(from)) {
    if (name !== '@stowage') fs.symlinkSync(path.join(from, name), path.join(to, name));
  }
  fs.symlinkSync('../../libs/contract', path.join(to, '@stowage', 'contract'));
}

export class WorkspaceCopy {
  /** @param {string} root the workspace */
  constructor(root) {
    this.root = root;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stowage-copy-'));
    for (const place of COPIED) {
      fs.cpSync(path.join(root, place), path.join(this.folder, place), {
        recursive: true,
        filter: (source) => !LEFT_OUT.has(path.basename(source)),
      });
    }
    linkPackages(path.join(root, 'node_modules'), path.join(this.folder, 'node_modules'));
    const page = path.join(root, 'dist', 'apps', 'web');
    fs.mkdirSync(path.join(this.folder, 'dist', 'apps'), { recursive: true });
    if (fs.existsSync(page)) fs.symlinkSync(page, path.join(this.folder, 'dist', 'apps', 'web'));
  }

  /**
   * @param {string} place
   * @returns {string} its path in the copy
   */
  at(place) {
    return path.join(this.folder, place);
  }

  /** Builds the copied API from the copied sources. */
  build() {
    transpileFolder(this.at('libs/contract/src'), this.at('libs/contract/dist'));
    transpileFolder(this.at('apps/api/src'), this.at('dist/out/api'));
    execFileSync(process.execPath, ['apps/api/bundle.mjs'], {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /**
   * Takes a file from the workspace again.
   * @param {string} place
   */
  restore(place) {
    fs.copyFileSync(path.join(this.root, place), this.at(place));
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
