/**
 * Loaded before a command: holds it where it is about to open or copy a file of which the place has the words of HELD_AT,
 * says so, and lets it go on at Ctrl-C. A kill at a certain moment needs no race then.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

let words = process.env.HELD_AT;
const { copyFile, open } = fs;

/** @param {readonly unknown[]} places */
async function holdAt(places) {
  const at = words;
  if (at === undefined || !places.some((place) => typeof place === 'string' && place.includes(at))) return;
  words = undefined;
  process.stdout.write('held\n');
  // A listener alone keeps no process alive.
  const alive = setInterval(() => undefined, 60_000);
  await new Promise((resolve) => process.once('SIGINT', resolve));
  clearInterval(alive);
}

fs.open = async (...args) => {
  await holdAt([args[0]]);
  return open(...args);
};
fs.copyFile = async (...args) => {
  await holdAt([args[0], args[1]]);
  return copyFile(...args);
};
syncBuiltinESMExports();
