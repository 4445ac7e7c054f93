/** The characters of a token (RFC 9110 section 5.6.2), for use inside a character class. */
export const TOKEN_CHARACTERS = "!#$%&'*+.^_`|~0-9A-Za-z-";

const PARAMETER_NAME = new RegExp(`([${TOKEN_CHARACTERS}]+)=`, 'y');
// Wider than a token: clients send `name=file[0]` and boundaries with `:` or `/` without quotes.
const UNQUOTED_VALUE = /[^ \t";]+/y;

/**
 * Takes the parameters of a header value apart: `; name="value"; other=token`.
 *
 * Quoted values are read as browsers write them (WHATWG HTML, multipart/form-data encoding): a quote is sent as `%22` and
 * a backslash stands for itself. Only `\"` in the middle of a value is an escaped quote: a browser never sends that, older
 * programs do.
 * @param text the header value, one character a byte
 * @param from where the parameters begin, usually at the first semicolon
 * @returns values by lower-case name, or null when the syntax is broken or a name occurs twice
 */
export function parseParameters(text: string, from: number): Map<string, string> | null {
  const parameters = new Map<string, string>();
  let at = skipSpace(text, from);
  while (at < text.length) {
    if (text[at] !== ';') return null;
    at = skipSpace(text, at + 1);
    // RFC 9110 allows an empty parameter, such as a trailing semicolon.
    if (at === text.length || text[at] === ';') continue;
    const name = match(PARAMETER_NAME, text, at)?.[1];
    if (name === undefined) return null;
    at += name.length + 1;
    const value = text[at] === '"' ? quotedValue(text, at) : unquotedValue(text, at);
    if (value === null || parameters.has(name.toLowerCase())) return null;
    parameters.set(name.toLowerCase(), value.text);
    at = skipSpace(text, value.end);
  }
  return parameters;
}

/** A header value, or part of one, without the spaces and tabs around it. (`trim` would take bytes of UTF-8 text too.) */
export function trimSpace(text: string): string {
  const start = skipSpace(text, 0);
  let end = text.length;
  while (end > start && isSpace(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** A value, and where the text goes on after it. */
interface Value {
  readonly text: string;
  readonly end: number;
}

function quotedValue(text: string, open: number): Value | null {
  let close = text.indexOf('"', open + 1);
  while (close > open + 1 && text[close - 1] === '\\' && !endsParameter(text, close + 1)) {
    close = text.indexOf('"', close + 1);
  }
  if (close < 0) return null;
  return { text: text.slice(open + 1, close).replaceAll('\\"', '"'), end: close + 1 };
}

function unquotedValue(text: string, at: number): Value | null {
  const value = match(UNQUOTED_VALUE, text, at)?.[0];
  return value === undefined ? null : { text: value, end: at + value.length };
}

function endsParameter(text: string, at: number): boolean {
  const next = skipSpace(text, at);
  return next === text.length || text[next] === ';';
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text[at])) at += 1;
  return at;
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
