/**
 * Files that import each other in a circle load in an order nobody chose. Imports of types do not count: they are gone when
 * the code runs.
 */
import fs from 'node:fs';
import path from 'node:path';

const IMPORT = /^\s*(?:import|export)\s+(?!type[\s{*])(?:([^'";]*?)\sfrom\s+)?['"](\.{1,2}\/[^'"]+)['"]/gm;

/** @param {string | undefined} clause what stands between import and from */
function importsTypesOnly(clause) {
  const names = /^\{([^}]*)\}$/.exec(clause?.trim() ?? '')?.[1];
  if (names === undefined) return false;
  const each = names.split(',').map((name) => name.trim());
  return each.filter(Boolean).every((name) => name.startsWith('type '));
}

/**
 * @param {string} from
 * @param {string} specifier
 */
function resolve(from, specifier) {
  const target = path.resolve(path.dirname(from), specifier);
  const candidates = [target, target.replace(/\.js$/, '.ts'), `${target}.ts`];
  return candidates.find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {string[]} the files it imports at run time
 */
export function runtimeImports(file, text) {
  return [...text.matchAll(IMPORT)]
    .filter(([, clause]) => !importsTypesOnly(clause))
    .flatMap(([, , specifier = '']) => resolve(file, specifier) ?? []);
}

/** @type {Map<string, { modified: number, imports: string[] }>} */
const read = new Map();

/** @param {string} file */
function importsOf(file) {
  const modified = fs.statSync(file).mtimeMs;
  const known = read.get(file);
  if (known?.modified === modified) return known.imports;
  const imports = runtimeImports(file, fs.readFileSync(file, 'utf8'));
  read.set(file, { modified, imports });
  return imports;
}

/**
 * @param {string} start
 * @param {string[]} first the imports of start
 * @returns {string[] | undefined} the way from start back to start
 */
export function findCycle(start, first) {
  const seen = new Set();
  /** @type {string[][]} */
  const paths = first.map((file) => [file]);
  for (let way = paths.shift(); way; way = paths.shift()) {
    const last = way.at(-1) ?? '';
    if (last === start) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const next of importsOf(last)) paths.push([...way, next]);
  }
  return undefined;
}

/** @type {import('eslint').Rule.RuleModule} */
export const noCycle = {
  meta: { type: 'problem', schema: [], messages: { cycle: 'This file imports itself through {{way}}.' } },
  create: (context) => ({
    Program(node) {
      const way = findCycle(context.filename, runtimeImports(context.filename, context.sourceCode.text));
      if (!way) return;
      const names = way.slice(0, -1).map((file) => path.relative(path.dirname(context.filename), file));
      context.report({ node, messageId: 'cycle', data: { way: names.join(' → ') || 'itself' } });
    },
  }),
};
