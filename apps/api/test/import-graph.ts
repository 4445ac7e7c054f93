import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from '@swc/core';

/** What matters of one source file. */
export interface SourceFile {
  /** Files imported, types included, by their path below the root; packages by their name. */
  readonly imports: readonly string[];
  readonly lines: number;
  readonly readsEnvironment: boolean;
}

/** Source files by their path below the root, `/`-separated. */
export type ImportGraph = ReadonlyMap<string, SourceFile>;

/** Reads all source files below a folder, tests left out. */
export function readGraph(root: string): ImportGraph {
  const graph = new Map<string, SourceFile>();
  for (const entry of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!entry.endsWith('.ts') || entry.endsWith('.spec.ts')) continue;
    graph.set(entry, readSource(readFileSync(join(root, entry), 'utf8'), entry, root));
  }
  return graph;
}

/** Reads one source text. */
export function readSource(text: string, path: string, root = '/'): SourceFile {
  const module = parseSync(text, { syntax: 'typescript', decorators: true });
  const nodes = [...nodesOf(module)];
  const specifiers = nodes.map(specifierOf).filter((specifier) => specifier !== null);
  return {
    imports: specifiers.map((specifier) => resolved(specifier, path, root)),
    lines: text.trimEnd().split('\n').length,
    readsEnvironment: nodes.some(readsEnvironment) || specifiers.some((name) => /^(node:)?process$/u.test(name)),
  };
}

function resolved(specifier: string, importer: string, root: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(root, join(root, dirname(importer), specifier)).replace(/\.js$/u, '.ts');
}

/** A node of the syntax tree, whatever its kind. */
type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

/** A syntax tree flattened: every object in it. */
function* nodesOf(value: unknown): Generator<Node> {
  if (!isNode(value)) return;
  yield value;
  for (const member of Object.values(value)) yield* nodesOf(member);
}

/** What a node imports: `import`, `export … from` and `import()`. */
function specifierOf(node: Node): string | null {
  if (node['type'] === 'CallExpression' && isNode(node['callee']) && node['callee']['type'] === 'Import') {
    return (node['arguments'] as { expression: { value: string } }[])[0]?.expression.value ?? null;
  }
  const imports = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'].includes(
    String(node['type']),
  );
  return imports && isNode(node['source']) ? String(node['source']['value']) : null;
}

/** True for `process.env`, `process['env']` and `const { env } = process`. */
function readsEnvironment(node: Node): boolean {
  if (node['type'] === 'VariableDeclarator') return isProcess(node['init']);
  if (node['type'] !== 'MemberExpression' || !isProcess(node['object'])) return false;
  const property = node['property'] as Node;
  return property['type'] === 'Computed' || property['value'] === 'env';
}

function isProcess(value: unknown): boolean {
  if (!isNode(value)) return false;
  if (value['type'] === 'MemberExpression')
    return isNode(value['property']) && value['property']['value'] === 'process';
  return value['type'] === 'Identifier' && value['value'] === 'process';
}
