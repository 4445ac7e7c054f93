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
 * @returns {{ parent: number, ticks: number }}
 */
export function parseStat(text) {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[PARENT]), ticks: TIMES.reduce((sum, at) => sum + Number(fields[at]), 0) };
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
 * The most memory that a process had at once (VmHWM).
 * @param {number} pid
 * @returns {number} MB, 10^6 bytes
 */
export function peakMemoryMb(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1]) * 1024) / 1e6;
}
