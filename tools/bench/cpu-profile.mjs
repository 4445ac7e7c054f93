/** Reads what Node's `--cpu-prof` wrote. */
import { childFrame, newFrame } from './flame-graph.mjs';

/** @typedef {import('./flame-graph.mjs').Frame} Frame */
/** @typedef {import('./flame-graph.mjs').Kind} Kind */

/** @typedef {{ functionName: string, url: string, lineNumber: number, columnNumber: number }} CallFrame */

/**
 * @typedef {object} CpuProfile
 * @property {readonly { id: number, callFrame: CallFrame, children?: readonly number[] }[]} nodes
 * @property {readonly number[]} samples ids of nodes
 * @property {readonly number[]} timeDeltas microseconds before each sample
 * @property {number} startTime microseconds, on the clock of `process.hrtime`
 */

/** @typedef {{ source: string, line: number }} Place */
/** @typedef {(frame: CallFrame) => Place | undefined} Locate finds the source of a place in bundled code */

/** Time in which the thread had nothing to do. */
const IDLE = '(idle)';

/**
 * @param {CallFrame} frame
 * @param {Locate} locate
 * @returns {{ name: string, kind: Kind }}
 */
function describe(frame, locate) {
  const { source, line } = locate(frame) ?? {
    source: frame.url.replace(/^file:\/\//u, ''),
    line: frame.lineNumber + 1,
  };
  if (source === '') return { name: frame.functionName, kind: 'native' };
  // What has no name is known by its place.
  const named = (/** @type {string} */ place) =>
    frame.functionName ? `${frame.functionName} ${place}` : `${place}:${line}`;
  if (source.startsWith('node:')) return { name: named(source), kind: 'node' };
  const [, inPackage] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(source) ?? [];
  if (inPackage !== undefined) return { name: named(inPackage), kind: 'package' };
  // Only so much of a place is told: where somebody has the project is nobody else's business.
  const [, inProject] = /(?:apps|libs|out)\/\w+\/(?:src\/)?(.*)$/u.exec(source) ?? [];
  if (inProject !== undefined) return { name: named(inProject), kind: 'own' };
  // The maps of some packages name sources that the package has left at home.
  return { name: named(source.replace(/^.*\/src\//u, '').replace(/^\/.*\//u, '')), kind: 'package' };
}

/**
 * The calls of one thread within a time.
 * @param {CpuProfile} profile
 * @param {{ from: number, to: number }} window seconds, on the clock of `process.hrtime`
 * @param {Locate} locate
 * @returns {{ root: Frame, idle: number }} microseconds; idle time is no part of the frames
 */
export function callTree({ nodes, samples, timeDeltas, startTime }, { from, to }, locate) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const root = newFrame('all', 'native');
  /** @type {Map<number, Frame>} */
  const frames = new Map();
  /** @type {(id: number) => Frame} */
  const frameOf = (id) => {
    const known = frames.get(id);
    if (known) return known;
    const parent = parents.get(id);
    const node = byId.get(id);
    // The first node is the profiler's own root.
    if (parent === undefined || node === undefined) return root;
    const { name, kind } = describe(node.callFrame, locate);
    const frame = childFrame(frameOf(parent), name, kind);
    frames.set(id, frame);
    return frame;
  };
  let idle = 0;
  let now = startTime;
  samples.forEach((id, i) => {
    const spent = timeDeltas[i + 1] ?? 0;
    now += timeDeltas[i] ?? 0;
    if (now < from * 1e6 || now > to * 1e6) return;
    if (byId.get(id)?.callFrame.functionName === IDLE) idle += spent;
    else frameOf(id).self += spent;
  });
  return { root, idle };
}
