/** The commands from their arguments to the exit code: 0 when it is done, else 1 with one sentence. */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { StopRequest } from '../launch/stop-request.mjs';
import { readableSize } from '../launch/box.mjs';
import { Fault } from '../workspace/fault.mjs';
import { installIfNeeded } from '../workspace/install.mjs';
import { workspaceRoot } from '../workspace/root.mjs';
import { seconds, several } from './progress.mjs';

const USAGE = `Usage:
  npm run backup <folder>                               database and files
  npm run backup -- <folder> --database-tool=<program>  the program backs the database up
  npm run backup -- <folder> --files-only               you have backed the database up
  npm run restore <folder>                              the newest backup in it
  npm run restore -- <folder> --backup=<name> --verify  a certain one; hashes every file
STOWAGE_DATA_DIR and DATABASE_URL mean what they mean to npm start.`;

/** @typedef {{ folder: string, dataDir: string, databaseUrl: string | undefined, signal: AbortSignal, log: (line: string) => void }} Context */

/** @type {Record<string, { options: NonNullable<import('node:util').ParseArgsConfig['options']>, run: (context: Context, values: Record<string, unknown>) => Promise<void> }>} */
const COMMANDS = {
  backup: {
    options: { 'files-only': { type: 'boolean' }, 'database-tool': { type: 'string' } },
    run: backup,
  },
  restore: { options: { backup: { type: 'string' }, verify: { type: 'boolean' } }, run: restore },
};

/**
 * @param {Context} context
 * @param {Record<string, unknown>} values
 */
async function backup({ folder, ...context }, values) {
  const { takeBackup } = await import('./take-backup.mjs');
  const since = performance.now();
  const { version } = JSON.parse(fs.readFileSync(path.join(workspaceRoot, 'package.json'), 'utf8'));
  const tool = values['database-tool'];
  const made = await takeBackup({
    ...context,
    root: folder,
    filesOnly: values['files-only'] === true,
    databaseTool: typeof tool === 'string' ? tool : undefined,
    version,
  });
  const { blobs } = made.manifest;
  context.log(
    `Backup ${made.folder}: ${several(blobs.count)}, ${readableSize(blobs.bytes)}, of these ${several(blobs.copied)} new with ${readableSize(blobs.copiedBytes)}; ${seconds(since)} s.`,
  );
}

/**
 * @param {Context} context
 * @param {Record<string, unknown>} values
 */
async function restore({ folder, ...context }, values) {
  const { restoreBackup } = await import('./restore-backup.mjs');
  const since = performance.now();
  const name = typeof values.backup === 'string' ? values.backup : undefined;
  const done = await restoreBackup({ ...context, root: folder, name, verify: values.verify === true });
  const { blobs } = done.manifest;
  const next = done.database
    ? 'npm start serves it'
    : `restore its database as docs/operations.md says, then npm start serves it`;
  context.log(
    `Restored ${done.folder} into ${context.dataDir}: ${several(blobs.count)}, ${readableSize(blobs.bytes)}; ${seconds(since)} s; ${next}.`,
  );
}

/**
 * @param {string[]} words of the command line
 */
export async function main([command = '', ...words]) {
  const stop = new StopRequest();
  try {
    await run(command, words, stop.signal);
  } catch (error) {
    process.stderr.write(
      `${stop.signal.aborted ? `The ${command} was stopped and is not whole.` : sentenceOf(error)}\n`,
    );
    process.exitCode = 1;
  }
}

/**
 * @param {string} command
 * @param {string[]} words
 * @param {AbortSignal} signal
 */
async function run(command, words, signal) {
  const known = COMMANDS[command];
  if (!known) throw new Fault(USAGE);
  const { values, positionals } = parse(words, known.options);
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new Fault(USAGE);
  /** @param {string} line */
  const log = (line) => void process.stdout.write(`${line}\n`);
  await installIfNeeded(workspaceRoot, { log, signal });
  const { STOWAGE_DATA_DIR, DATABASE_URL, INIT_CWD } = process.env;
  const dataDir = STOWAGE_DATA_DIR ? path.resolve(STOWAGE_DATA_DIR) : path.join(workspaceRoot, 'data');
  // npm runs us in the workspace, whereever it was called.
  const root = path.resolve(INIT_CWD ?? '', folder);
  await known.run({ folder: root, dataDir, databaseUrl: DATABASE_URL || undefined, signal, log }, values);
}

/**
 * @param {string[]} words
 * @param {NonNullable<import('node:util').ParseArgsConfig['options']>} options
 */
function parse(words, options) {
  try {
    return parseArgs({ args: words, options, allowPositionals: true });
  } catch {
    throw new Fault(USAGE);
  }
}

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

/**
 * One sentence whatever went wrong: whoever reads it wants to mend something, not to debug us.
 * @param {unknown} error
 */
function sentenceOf(error) {
  if (error instanceof Fault || !(error instanceof Error))
    return String(error instanceof Error ? error.message : error);
  const { code, path: file, severity, message } = /** @type {NodeJS.ErrnoException & { severity?: string }} */ (error);
  if (severity !== undefined) return `The database refused what was asked of it: ${message}.`;
  if (code !== undefined && DISK_FULL.has(code))
    return `The disk is full${file ? ` (${file})` : ''}; make room and run it again.`;
  if (file !== undefined) return `${file} cannot be read or written (${code}); mend that and run it again.`;
  if (code === 'ECONNREFUSED' || /terminated|ECONNRESET|timeout/i.test(message)) {
    return `The database went away or cannot be reached (${code ?? message}); run it again when it is there.`;
  }
  return message;
}
