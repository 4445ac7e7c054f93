import type { Damage } from './scenarios.js';

/** What one fault did to each server; null where a server could not be run. */
export interface Row {
  readonly fault: string;
  readonly shows: string;
  readonly damage: Readonly<Record<string, Damage | null>>;
}

const WORDS: readonly (readonly [keyof Damage, (count: number) => string])[] = [
  ['lostBytes', (count) => `${count} acknowledged bytes lost`],
  ['corrupted', (count) => `${count} corrupted or gone`],
  ['partial', (count) => `${count} partly visible`],
  ['stuck', (count) => `${count} never finished`],
  ['garbage', (count) => `${count} bytes left behind`],
  ['accepted', (count) => `${count} wrong taken`],
];

function cell(damage: Damage | null | undefined): string {
  if (damage === null || damage === undefined) return 'not run';
  const faults = WORDS.filter(([name]) => damage[name] > 0).map(([name, say]) => say(damage[name]));
  return faults.length === 0 ? 'nothing' : faults.join(', ');
}

/** The rows as a table of Markdown. */
export function markdown(names: readonly string[], rows: readonly Row[]): string {
  const lines = [
    ['fault', ...names],
    ['---', ...names.map(() => '---')],
    ...rows.map(({ fault, damage }) => [fault, ...names.map((name) => cell(damage[name]))]),
  ];
  const widths = ['fault', ...names].map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = (line: readonly string[]) =>
    line.map((text, column) => (text === '---' ? '-'.repeat(widths[column] ?? 3) : text.padEnd(widths[column] ?? 0)));
  return lines.map((line) => `| ${padded(line).join(' | ')} |`).join('\n');
}
