/** Which tests may be skipped: those that docs/testing.md names, with the reason beside them. */

/**
 * @param {string} document docs/testing.md
 * @returns {string[]} the names in backquotes in its list below the heading "Skips"
 */
export function allowedSkips(document) {
  const lines = document.split('\n');
  const start = lines.findIndex((line) => /^#+\s+Skips\b/.test(line));
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#/.test(line));
  const section = end < 0 ? rest : rest.slice(0, end);
  return section.flatMap((line) => /^\s*[-*|]\s*`([^`]+)`/.exec(line)?.[1] ?? []);
}

/**
 * @param {readonly string[]} skipped
 * @param {readonly string[]} allowed full names, or the name of a whole describe block
 * @returns {string[]} skipped tests that nobody explained
 */
export function unexplained(skipped, allowed) {
  return skipped.filter((name) => !allowed.some((entry) => name === entry || name.startsWith(`${entry} `)));
}
