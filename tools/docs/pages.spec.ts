import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { workspaceRoot } from '../workspace/root.mjs';
import { fencedBlocks } from './fenced-blocks.mjs';

/** Every file of ours, relative to the workspace. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(workspaceRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return /^(node_modules|dist|data|tmp|\.(?!ci$).*)$/u.test(entry.name) ? [] : filesBelow(path);
  });
}

const files = filesBelow('.');
const pages = files.filter((path) => path.endsWith('.md'));

const read = (page: string): string => readFileSync(join(workspaceRoot, page), 'utf8');

/** As GitHub makes it: lower case, words joined by dashes. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/gu, '-');

const headings = (text: string): string[] =>
  [...text.replace(/^```[\s\S]*?^```$/gmu, '').matchAll(/^#+ +(.*)$/gmu)].map(([, heading = '']) => heading);

/** Links to places in this repository that are not there. */
function brokenLinks(page: string): string[] {
  const text = read(page);
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/gu)]
    .map(([, link, attribute]) => link ?? attribute ?? '')
    .filter((target) => !/^(https?:|mailto:)/u.test(target) && /[/#]|\.\w+$/u.test(target));
  const inExamples = fencedBlocks(text).map((block) => block.text);
  return targets
    .filter((target) => !inExamples.some((example) => example.includes(target)))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(workspaceRoot, file))) return true;
      return anchor !== undefined && !headings(read(file)).map(anchorOf).includes(anchor);
    });
}

/** Sources and pages that a text names in backquotes, by their path or its end, and that are not there. */
function missingFiles(text: string): string[] {
  const named = [...text.matchAll(/`([\w./-]+\.(?:ts|mjs|md|yml))`/gu)].map(([, path = '']) => path);
  return named.filter((path) => !files.some((file) => file === path || file.endsWith(`/${path}`)));
}

it('a name of a file that is not there is found', () => {
  expect(missingFiles('see `upload/chunk.service.ts`, `chunk.service.ts` and `upload/chunks.service.ts`')).toEqual([
    'upload/chunks.service.ts',
  ]);
});

describe.each(pages)('%s', (page) => {
  it('links to places that are there', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('names files that are there', () => {
    expect(missingFiles(read(page))).toEqual([]);
  });
});

describe.each(pages.filter((page) => /^docs\/adr\/\d{4}-/u.test(page)))('%s', (page) => {
  it('has the parts of a decision', () => {
    expect(headings(read(page)).slice(1)).toEqual([
      'Context',
      'Decision',
      'Consequences',
      'What would change our mind',
    ]);
  });
});
