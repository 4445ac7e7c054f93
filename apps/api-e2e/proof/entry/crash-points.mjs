/**
 * Loaded before the API's own entry point (`node --import`), by tests only: stands between the API and its disk and
 * database, names every step that changes something, and kills the process at one of them.
 *
 * STOWAGE_CRASH_JOURNAL: a file to which every step is written as it is reached.
 * STOWAGE_CRASH_AT: `<n> <step>`: the process is killed when it reaches that step for the n-th time; `*` is any step.
 * STOWAGE_CRASH_ARMED: a file; steps count only while it is there.
 */
import fs from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { watchDatabase } from './watch-database.mjs';
import { watchDisk } from './watch-disk.mjs';

const { STOWAGE_CRASH_JOURNAL: journal, STOWAGE_CRASH_AT: at = '', STOWAGE_CRASH_ARMED: armed = '' } = process.env;
const [, count = '0', wanted = ''] = /^(\d+) (.*)$/u.exec(at) ?? [];

let reached = 0;

/** @param {string} step */
function pass(step) {
  if (!fs.existsSync(armed)) return;
  if (journal) fs.appendFileSync(journal, `${step}\n`);
  if ((wanted !== '*' && step !== wanted) || ++reached < Number(count)) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal arrives on the way back from the call; nothing more happens here in any case.
  for (;;);
}

if (isMainThread) {
  watchDisk(pass);
  watchDatabase(pass);
}
