/** Tables of text. */

/** @typedef {{ head: readonly string[], rows: readonly (readonly string[])[] }} Table */

/**
 * For people: three digits that count, and none that do not.
 * @param {number | null | undefined} value
 */
export function readable(value) {
  if (value === undefined || value === null || !Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/**
 * For a terminal: columns of even width, the first to the left, the others to the right.
 * @param {Table} table
 */
export function terminalTable({ head, rows }) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (/** @type {readonly string[]} */ row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/**
 * For a page.
 * @param {Table} table
 */
export function markdownTable({ head, rows }) {
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
