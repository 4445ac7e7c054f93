import { dirname } from 'node:path';
import type { ImportGraph } from './import-graph.js';

/** The rooms of apps/api/src, lowest first; those of one line know nothing of each other. */
const FLOORS = [
  ['platform'],
  ['identity', 'blobs'],
  ['spaces'],
  ['entries'],
  ['upload', 'sharing'],
  ['webhooks', 'audit'],
] as const;
const MOST_LINES = 400;
const ENVIRONMENT_READER = 'platform/config/environment.ts';
/** What a protocol must leave to the engine: rows, the database, and where bytes are. */
const BEHIND_THE_ENGINE = /(^|\/)entities\/|-ledger\.ts$|^blobs\/|^entries\/|^typeorm$|^@nestjs\/typeorm$|^pg$/u;

/** A file that a rule forbids, in one sentence. */
export type Fault = string;

/** Everything that a source tree does against the rules of the house. */
export function architectureFaults(graph: ImportGraph): Fault[] {
  return [
    ...floorFaults(graph),
    ...pairFaults(graph),
    ...cycleFaults(graph),
    ...protocolFaults(graph),
    ...fileFaults(graph),
  ];
}

function roomOf(file: string): string | null {
  return file.includes('/') ? (file.split('/')[0] ?? null) : null;
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => (rooms as readonly string[]).includes(room));
}

/** All imports between files of the tree. */
function edges(graph: ImportGraph): (readonly [from: string, to: string])[] {
  return [...graph].flatMap(([from, { imports }]) =>
    imports.filter((to) => graph.has(to)).map((to) => [from, to] as const),
  );
}

/** A room imports itself and lower rooms. Files at the top wire everything, so no room imports them. */
function floorFaults(graph: ImportGraph): Fault[] {
  const unknown = [...new Set([...graph.keys()].map(roomOf))].filter((room) => room !== null && floorOf(room) < 0);
  const upward = edges(graph).filter(([from, to]) => {
    const [importer, imported] = [roomOf(from), roomOf(to)];
    if (importer === null || importer === imported) return false;
    return imported === null || floorOf(imported) >= floorOf(importer);
  });
  return [
    ...unknown.map((room) => `${room}/ has no floor`),
    ...upward.map(([from, to]) => `${from} imports ${to}, which is not below it`),
  ];
}

/** No two folders import each other. A module file wires what lies around it, so its own imports do not count. */
function pairFaults(graph: ImportGraph): Fault[] {
  const arrows = new Set(
    edges(graph)
      .filter(([from]) => !from.endsWith('.module.ts'))
      .map(([from, to]) => `${dirname(from)} → ${dirname(to)}`),
  );
  return [...arrows]
    .filter((arrow) => {
      const [from = '', to = ''] = arrow.split(' → ');
      return from < to && arrows.has(`${to} → ${from}`);
    })
    .map((arrow) => `${arrow.replace('→', '⇄')} import each other`);
}

/** Imports must not lead back to where they began; each cycle is told once, from the file at which it closes. */
function cycleFaults(graph: ImportGraph): Fault[] {
  const faults: Fault[] = [];
  const finished = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    if (finished.has(file)) return;
    const start = path.indexOf(file);
    if (start >= 0) {
      faults.push(`${[...path.slice(start), file].join(' → ')} is a cycle`);
      return;
    }
    for (const to of graph.get(file)?.imports ?? []) walk(to, [...path, file]);
    finished.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return faults;
}

/** A protocol translates: it asks the engine, never rows, stores or another protocol. */
function protocolFaults(graph: ImportGraph): Fault[] {
  return [...graph].flatMap(([from, { imports }]) => {
    const protocol = /^(.*protocols\/[^/]+)\//u.exec(from)?.[1];
    if (protocol === undefined) return [];
    return imports
      .filter((to) => BEHIND_THE_ENGINE.test(to) || (to.includes('protocols/') && !to.startsWith(`${protocol}/`)))
      .map((to) => `${from} imports ${to}, which is not a protocol's business`);
  });
}

function fileFaults(graph: ImportGraph): Fault[] {
  return [...graph].flatMap(([file, { lines, readsEnvironment }]) => [
    ...(lines > MOST_LINES ? [`${file} has ${lines} lines`] : []),
    ...(readsEnvironment && file !== ENVIRONMENT_READER ? [`${file} reads the environment`] : []),
  ]);
}
