import {
  type AST,
  type Binary,
  type Call,
  type LiteralPrimitive,
  type ParseSourceSpan,
  RecursiveAstVisitor,
  type TmplAstBoundAttribute,
  type TmplAstBoundText,
  TmplAstRecursiveVisitor,
  type TmplAstText,
  type TmplAstTextAttribute,
  parseTemplate,
  tmplAstVisitAll,
} from '@angular/compiler';
import type { Source } from './page-sources.js';

// What somebody reads or hears; what our own components show has such names as well.
const SPOKEN =
  /^(?:aria-(?:label|description|roledescription|valuetext|placeholder)|(?:attr\.)?aria-.*text|alt|title|placeholder|label|what|note|name|text|hint|matTooltip|action|consequence)$/u;

/**
 * The sentences that a template says in words of its own, e.g. `settings/page.html:12: Save`.
 * @param isWord true for what looks like a sentence and is the name of one
 */
export function spokenText({ file, text }: Source, isWord: (value: string) => boolean): readonly string[] {
  const { nodes, errors } = parseTemplate(text, file, { preserveWhitespaces: false });
  if (errors !== null && errors.length > 0) throw new Error(`${file}: ${String(errors[0])}`);
  const finder = new TextFinder(isWord);
  tmplAstVisitAll(finder, nodes);
  return finder.found.map(({ value, span }) => `${file}:${span.start.line + 1}: ${value}`);
}

class TextFinder extends TmplAstRecursiveVisitor {
  readonly found: { readonly value: string; readonly span: ParseSourceSpan }[] = [];

  constructor(private readonly isWord: (value: string) => boolean) {
    super();
  }

  override visitText({ value, sourceSpan }: TmplAstText): void {
    this.look(value, sourceSpan);
  }

  override visitBoundText({ value, sourceSpan }: TmplAstBoundText): void {
    this.lookInto(value, sourceSpan);
  }

  override visitTextAttribute({ name, value, sourceSpan }: TmplAstTextAttribute): void {
    if (SPOKEN.test(name)) this.look(value, sourceSpan, name);
  }

  override visitBoundAttribute({ name, value, sourceSpan }: TmplAstBoundAttribute): void {
    if (SPOKEN.test(name.replace(/^attr\./u, ''))) this.lookInto(value, sourceSpan, name);
  }

  private lookInto(expression: AST, span: ParseSourceSpan, attribute = ''): void {
    const literals = new LiteralFinder();
    expression.visit(literals);
    for (const value of literals.found) this.look(value, span, attribute);
  }

  private look(value: string, span: ParseSourceSpan, attribute = ''): void {
    if (attribute === 'name' && isToken(value)) return;
    if (/\p{L}/u.test(value) && !this.isWord(value)) this.found.push({ value: value.trim(), span });
  }
}

/** Finds text in an expression that can become what is shown: nothing that is compared with, or asked for by. */
class LiteralFinder extends RecursiveAstVisitor {
  readonly found: string[] = [];

  override visitBinary(binary: Binary, context: unknown): void {
    if (!/^[!=]==?$/u.test(binary.operation)) super.visitBinary(binary, context);
  }

  override visitCall({ receiver }: Call, context: unknown): void {
    this.visit(receiver, context);
  }

  override visitLiteralPrimitive({ value }: LiteralPrimitive): void {
    if (typeof value === 'string') this.found.push(value);
  }

  override visitInterpolation(
    interpolation: Parameters<RecursiveAstVisitor['visitInterpolation']>[0],
    context: unknown,
  ): void {
    this.found.push(...interpolation.strings);
    super.visitInterpolation(interpolation, context);
  }
}

/** The name of a field in a form, or of an icon, which nobody reads. */
function isToken(value: string): boolean {
  return /^[a-z][\w-]*$/u.test(value);
}
