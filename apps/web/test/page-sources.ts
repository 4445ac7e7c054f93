import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const APP = join(import.meta.dirname, '../src/app');

/** A file of the page as it is written. */
export interface Source {
  /** Below `src/app`, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

/** All code and templates of the page but tests and the words themselves. */
export function pageSources(): readonly Source[] {
  return readdirSync(APP, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /\.(?:ts|html)$/u.test(file) && !/\.spec\.ts$|^language\/(?:en|de)\//u.test(file))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(APP, file), 'utf8') }));
}

/** All templates: files of their own, and those that stand in a component. */
export function pageTemplates(): readonly Source[] {
  return pageSources().flatMap(({ file, text }) => {
    if (file.endsWith('.html')) return [{ file, text }];
    return [...text.matchAll(/^ {2}template: `([^`]*)`/gmu)].map(([, template]) => ({ file, text: template ?? '' }));
  });
}
