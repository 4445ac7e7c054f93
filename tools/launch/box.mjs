/** What is printed once everything runs. */
import fs from 'node:fs';

/**
 * @param {number} bytes
 * @returns {string} for example `79.2 GiB`
 */
export function readableSize(bytes) {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/**
 * Where a database is, without its password.
 * @param {string} url
 */
export function describeDatabase(url) {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `PostgreSQL at ${hostname || 'localhost'}${port ? `:${port}` : ''}${pathname}`;
  } catch {
    return 'PostgreSQL of DATABASE_URL';
  }
}

/**
 * @param {{ version: string, url: string, setUpLink?: string | undefined, dataDir: string, database: string }} facts
 * @returns {string} the box, with a line end
 */
export function box({ version, url, setUpLink, dataDir, database }) {
  const { bavail, bsize } = fs.statfsSync(dataDir);
  const lines = [
    `Stowage ${version}`,
    '',
    `Open      ${url}`,
    ...(setUpLink === undefined
      ? []
      : [`Set up    ${setUpLink}`, '          makes the first account, once and within an hour']),
    `Data      ${dataDir} (${readableSize(bavail * bsize)} free)`,
    `Database  ${database}`,
    '',
    'Ctrl-C stops it.',
  ];
  const width = Math.max(...lines.map((line) => line.length));
  const edge = '─'.repeat(width + 2);
  return [`┌${edge}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${edge}┘`, ''].join('\n');
}
