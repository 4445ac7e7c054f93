/** What a key means in a list of entries. */
export type EntryCommand =
  | { readonly move: number | 'first' | 'last'; readonly extends: boolean }
  | { readonly does: 'open' | 'toggle' | 'all' | 'none' | 'rename' | 'trash' | 'details' | 'moveTo' };

/** What of a key press counts. */
export type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** How the list is laid out. */
export interface Layout {
  /** Entries beside each other. */
  readonly columns: number;
  /** Entries that fill a screen. */
  readonly page: number;
}

/** Takes a key press on a row for what it means; null when it is not for the list. */
export function commandOf(press: Press, { columns, page }: Layout): EntryCommand | null {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = press;
  if (altKey) return key === 'Enter' ? { does: 'details' } : null;
  if (ctrlKey || metaKey) return withControl(key);
  const steps: Readonly<Record<string, number | 'first' | 'last'>> = {
    ...{ ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page, Home: 'first', End: 'last' },
    ...(columns > 1 ? { ArrowRight: 1, ArrowLeft: -1 } : {}),
  };
  const move = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (move !== undefined) return { move, extends: shiftKey };
  if (shiftKey) return null;
  const does = Object.hasOwn(DOES, key) ? DOES[key] : undefined;
  return does === undefined ? null : { does };
}

// The Delete key of a Mac is called Backspace.
function withControl(key: string): EntryCommand | null {
  if (key === 'Backspace') return { does: 'trash' };
  return key.toLowerCase() === 'a' ? { does: 'all' } : null;
}

const DOES: Readonly<Record<string, Extract<EntryCommand, { does: unknown }>['does']>> = {
  ...{ Enter: 'open', ' ': 'toggle', Escape: 'none', F2: 'rename', Delete: 'trash' },
  ...{ m: 'moveTo', i: 'details' },
};
