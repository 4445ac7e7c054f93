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
function transpileFile(fileName) {
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

/** Nothing of this name, or no such property: what would end a program only where it gets there. */
const UNKNOWN_NAMES = new Set([2304, 2339, 2551, 2552]);

/** Looks for names that are not there, in one file after the other; what has not changed is read once. */
export class NameCheck {
  #options;
  /** @type {ts.Program | undefined} */
  #last;
  /** @type {ts.CompilerHost} */
  #host;
  /** @type {Map<string, ts.SourceFile | undefined>} */
  #files = new Map();

  /** @param {string} config a tsconfig.json */
  constructor(config) {
    const { config: json } = ts.readConfigFile(config, ts.sys.readFile);
    const { options: read } = ts.parseJsonConfigFileContent(json, ts.sys, path.dirname(config));
    this.#options = { ...read, noEmit: true, composite: false, incremental: false };
    this.#host = ts.createCompilerHost(this.#options);
    const readFile = this.#host.getSourceFile.bind(this.#host);
    this.#host.getSourceFile = (name, ...rest) => {
      if (!this.#files.has(name)) this.#files.set(name, readFile(name, ...rest));
      return this.#files.get(name);
    };
  }

  /**
   * @param {string} fileName TypeScript
   * @returns {string[]} in sentences
   */
  unknownNames(fileName) {
    this.#files.delete(fileName);
    this.#last = ts.createProgram([fileName], this.#options, this.#host, this.#last);
    const file = this.#last.getSourceFile(fileName);
    // The next one reads it as it is then.
    this.#files.delete(fileName);
    return this.#last
      .getSemanticDiagnostics(file)
      .filter(({ code }) => UNKNOWN_NAMES.has(code))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  }
}
