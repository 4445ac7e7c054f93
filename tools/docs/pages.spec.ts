import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { workspaceRoot } from '../workspace/root.mjs';
import { fencedBlocks } from './fenced-blocks.mjs';

/** Every page that people read here, relative to the workspace. */
const pages = ['.', 'docs', 'docs/adr', 'docs/evidence'].flatMap((folder) =>
  readdirSync(join(workspaceRoot, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

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

/** Files of ours that a page names in backquotes by their whole path, and that are not there. */
function missingFiles(page: string): string[] {
  const named = [...read(page).matchAll(/`((?:apps|libs|tools|docs)\/[\w./-]+\.\w+)`/gu)].map(([, path = '']) => path);
  return named.filter((path) => !existsSync(join(workspaceRoot, path)));
}

describe.each(pages)('%s', (page) => {
  it('links to places that are there', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('names files that are there', () => {
    expect(missingFiles(page)).toEqual([]);
  });
});

describe.each(pages.filter((page) => /^docs\/adr\/\d{4}-/u.test(relative('.', page))))('%s', (page) => {
  it('has the parts of a decision', () => {
    expect(headings(read(page)).slice(1)).toEqual([
      'Context',
      'Decision',
      'Consequences',
      'What would change our mind',
    ]);
  });
});
