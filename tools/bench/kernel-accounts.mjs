/** What the kernel knows of processes: the time they used, their largest memory. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** Fields of `/proc/<pid>/stat`, counted after the name in brackets, which may hold anything. */
const PARENT = 1;
const TIMES = [11, 12, 13, 14]; // user and system, own and of children that were waited for

let cachedTicks = 0;
const ticksPerSecond = () => (cachedTicks ||= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));

/**
 * @param {string} text of `/proc/<pid>/stat`
 * @returns {{ parent: number, ticks: number, own: number }} `own` without children that have ended
 */
export function parseStat(text) {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const sum = (/** @type {readonly number[]} */ places) => places.reduce((all, at) => all + Number(fields[at]), 0);
  return { parent: Number(fields[PARENT]), ticks: sum(TIMES), own: sum(TIMES.slice(0, 2)) };
}

/** @param {number} pid */
function statOf(pid) {
  try {
    return parseStat(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined; // it has just ended: its parent has its times
  }
}

/** @param {number} root */
function treeOf(root) {
  const all = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number);
  const stats = new Map(all.map((pid) => [pid, statOf(pid)]));
  const tree = [root];
  for (const pid of tree) tree.push(...all.filter((child) => stats.get(child)?.parent === pid));
  return tree.flatMap((pid) => stats.get(pid) ?? []);
}

/**
 * Seconds of processor time of a process and all below it, those that have ended included.
 * @param {number} pid
 */
export function cpuSeconds(pid) {
  return treeOf(pid).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond();
}

/**
 * Seconds of processor time of each thread of a process, by its number; the first has that of the process.
 * @param {number} pid
 * @returns {ReadonlyMap<number, number>}
 */
export function threadSeconds(pid) {
  const threads = fs.readdirSync(`/proc/${pid}/task`).map(Number);
  const ticks = (/** @type {number} */ tid) => parseStat(fs.readFileSync(`/proc/${pid}/task/${tid}/stat`, 'utf8')).own;
  return new Map(threads.map((tid) => [tid, ticks(tid) / ticksPerSecond()]));
}

/**
 * The most memory that a process had at once (VmHWM).
 * @param {number} pid
 * @returns {number} MB, 10^6 bytes
 */
export function peakMemoryMb(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1]) * 1024) / 1e6;
}
