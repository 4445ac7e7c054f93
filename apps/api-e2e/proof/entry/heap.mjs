/**
 * Loaded before the API's entry point: at every SIGUSR2 it collects all garbage and writes down what is still held, so that a
 * leak shows whatever the collector would have left lying about.
 */
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** @type {() => void} */
const collect = runInNewContext('gc');
const report = process.env.STOWAGE_HEAP_REPORT ?? '';
let count = 0;

process.on('SIGUSR2', () => {
  collect();
  // What ends with the first collection is let go of before the second.
  setImmediate(() => {
    collect();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    count += 1;
    const resources = process.getActiveResourcesInfo().length;
    writeFileSync(report, JSON.stringify({ count, heapUsed, external, arrayBuffers, resources }));
  });
});
