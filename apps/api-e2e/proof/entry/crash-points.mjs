/**
 * Loaded before the API's own entry point (`node --import`), by tests only: stands between the API and its disk and
 * database, names every step that changes something, and kills the process at one of them.
 *
 * STOWAGE_CRASH_JOURNAL: a file to which every step is written as it is reached.
 * STOWAGE_CRASH_AT: `<n> <step>`: the process is killed when it reaches that step for the n-th time.
 * STOWAGE_CRASH_FROM: `start` counts from the very start, else steps count once the API has said that it is ready.
 */
import fs from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { watchDatabase } from './watch-database.mjs';
import { watchDisk } from './watch-disk.mjs';

const { STOWAGE_CRASH_JOURNAL: journal, STOWAGE_CRASH_AT: at = '', STOWAGE_CRASH_FROM: from } = process.env;
const [, count = '0', wanted = ''] = /^(\d+) (.*)$/u.exec(at) ?? [];

let armed = from === 'start';
let reached = 0;

/** @param {string} step */
function pass(step) {
  if (!armed) return;
  if (journal) fs.appendFileSync(journal, `${step}\n`);
  if (step !== wanted || ++reached < Number(count)) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal arrives on the way back from the call; nothing more happens here in any case.
  for (;;);
}

if (isMainThread) {
  const send = process.send?.bind(process);
  if (send) {
    process.send = (/** @type {any} */ message, /** @type {any[]} */ ...rest) => {
      if (message?.type === 'ready') armed = true;
      return send(message, ...rest);
    };
  }
  watchDisk(pass);
  watchDatabase(pass);
}
