import { describe, expect, it } from '@jest/globals';
import { type Press, commandOf } from './entry-keys.js';

const LIST = { columns: 1, page: 10 };
const GRID = { columns: 4, page: 12 };

function press(key: string, more: Partial<Press> = {}): Press {
  return { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more };
}

describe('a key on a row', () => {
  it.each([
    ['ArrowDown', { move: 1, extends: false }],
    ['PageUp', { move: -10, extends: false }],
    ['End', { move: 'last', extends: false }],
    ['Enter', { does: 'open' }],
    [' ', { does: 'toggle' }],
    ['F2', { does: 'rename' }],
    ['Delete', { does: 'trash' }],
    ['Escape', { does: 'none' }],
    ['ArrowRight', null],
    ['Tab', null],
    ['x', null],
    ['toString', null],
  ])('%s means %j', (key, meaning) => {
    expect(commandOf(press(key), LIST)).toEqual(meaning);
  });

  it('goes sideways in a grid', () => {
    expect(commandOf(press('ArrowRight'), GRID)).toEqual({ move: 1, extends: false });
    expect(commandOf(press('ArrowUp'), GRID)).toEqual({ move: -4, extends: false });
  });

  it('takes a range along with Shift, and all with Control or the command key', () => {
    expect(commandOf(press('ArrowDown', { shiftKey: true }), LIST)).toEqual({ move: 1, extends: true });
    expect(commandOf(press('a', { ctrlKey: true }), LIST)).toEqual({ does: 'all' });
    expect(commandOf(press('A', { metaKey: true }), LIST)).toEqual({ does: 'all' });
    expect(commandOf(press('Backspace', { metaKey: true }), LIST)).toEqual({ does: 'trash' });
    expect(commandOf(press('r', { ctrlKey: true }), LIST)).toBeNull();
    expect(commandOf(press('Enter', { altKey: true }), LIST)).toEqual({ does: 'details' });
    expect(commandOf(press('Delete', { shiftKey: true }), LIST)).toBeNull();
  });
});
