/** Turns the API's sources into a build without asking for their types: quick, and good enough for a copy of them. */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** As tsconfig.base.json and apps/api/tsconfig.json say; what only checks types is left out. */
const options = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  useDefineForClassFields: false,
  isolatedModules: true,
  esModuleInterop: true,
};

/**
 * @param {string} fileName TypeScript
 * @returns {string} JavaScript
 * @throws {Error} with the first syntax error
 */
export function transpileFile(fileName) {
  const { outputText, diagnostics } = ts.transpileModule(fs.readFileSync(fileName, 'utf8'), {
    compilerOptions: options,
    fileName,
    reportDiagnostics: true,
  });
  const [fault] = diagnostics ?? [];
  if (fault) throw new Error(`${fileName}: ${ts.flattenDiagnosticMessageText(fault.messageText, ' ')}`);
  return outputText;
}

/**
 * @param {string} source a folder of TypeScript
 * @param {string} target a folder for the JavaScript; what it held is removed
 * @throws {Error} with the first syntax error
 */
export function transpileFolder(source, target) {
  fs.rmSync(target, { recursive: true, force: true });
  for (const name of fs.readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) continue;
    const file = path.join(target, name.replace(/\.ts$/u, '.js'));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, transpileFile(path.join(source, name)));
  }
}
