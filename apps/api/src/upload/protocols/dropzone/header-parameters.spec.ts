import { describe, expect, it } from '@jest/globals';
import { parseParameters, trimSpace } from './header-parameters.js';

function parsed(text: string): Record<string, string> | null {
  const parameters = parseParameters(text, 0);
  return parameters === null ? null : Object.fromEntries(parameters);
}

describe('parameters of a header', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    [';', {}],
    ['; a=b', { a: 'b' }],
    [';a=b;c=d', { a: 'b', c: 'd' }],
    [' \t; \tA="b" ; ; c=d;', { a: 'b', c: 'd' }],
    ['; a=""', { a: '' }],
    ['; a="b;c=d"; e=f', { a: 'b;c=d', e: 'f' }],
    ['; name=file[0]', { name: 'file[0]' }],
    ["; filename*=UTF-8''n%C3%A9; filename=n", { 'filename*': "UTF-8''n%C3%A9", filename: 'n' }],
    ['; a="b\\c"', { a: 'b\\c' }],
    ['; a="b\\\\c"', { a: 'b\\\\c' }],
    ['; a="b\\"; c="d"', { a: 'b\\', c: 'd' }],
    ['; a="b\\"', { a: 'b\\' }],
    ['; a="\\"', { a: '\\' }],
    ['; a="b\\"c"; d=e', { a: 'b"c', d: 'e' }],
    ['; a="\\"b\\""; d=e', { a: '"b"', d: 'e' }],
    ['; __proto__=x', Object.fromEntries([['__proto__', 'x']])],
  ])('reads %j', (text, parameters) => {
    expect(parsed(text)).toEqual(parameters);
  });

  it.each(['a=b', ';a', ';=b', ';a=', ';a =b', ';a= b', ';a="b', ';a="b"c', ';a=b c', ';a=b"c"', ';a=b;A=c', ';"a"=b'])(
    'refuses %j',
    (text) => {
      expect(parsed(text)).toBeNull();
    },
  );
});

describe('trimming', () => {
  it('takes spaces and tabs only, never a byte of UTF-8 text', () => {
    expect(trimSpace(' \t a b\u00a0 ')).toBe('a b\u00a0');
    expect(trimSpace(' \t ')).toBe('');
  });
});
