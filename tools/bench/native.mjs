/** The programs in C, compiled for this run. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../workspace/fault.mjs';

/**
 * @typedef {object} NativePrograms paths of
 * @property {string} load the load generator
 * @property {string} link the long and narrow link
 * @property {string} nosync the library that makes syncs do nothing
 */

/**
 * @param {string} name
 * @param {string} output
 * @param {readonly string[]} flags
 */
function compile(name, output, flags) {
  const source = fileURLToPath(new URL(`./native/${name}.c`, import.meta.url));
  const { error, status, stderr } = spawnSync('cc', ['-O2', ...flags, '-o', output, source], { encoding: 'utf8' });
  if (error) {
    throw new Fault(
      'The load generator is written in C, and there is no C compiler: install one as cc (on Debian: gcc).',
    );
  }
  if (status !== 0) throw new Fault(`${name}.c does not compile:\n${stderr}`);
  return output;
}

/**
 * @param {string} folder where they go
 * @returns {NativePrograms}
 * @throws {Fault}
 */
export function compileNative(folder) {
  return {
    load: compile('load', path.join(folder, 'load'), ['-pthread']),
    link: compile('link', path.join(folder, 'link'), []),
    nosync: compile('nosync', path.join(folder, 'nosync.so'), ['-shared', '-fPIC']),
  };
}
