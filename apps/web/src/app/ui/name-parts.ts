/** A run of a name: text to show as it is, or a character that would not be seen, by its code point. */
export interface NamePart {
  readonly text: string;
  readonly hidden: boolean;
}

// Controls, soft hyphen, Arabic letter mark, zero-width and bidirectional characters, invisible operators, byte order
// mark, tags. They can make a name look like another one, or like a program look like a picture.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/u;
const SPACE = /^\p{Zs}$/u;
const JOINER = '\u200d';
const PICTURE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]$/u;

/**
 * Takes a name apart so that nothing in it stays invisible: hidden characters, and spaces at either end, become parts of
 * their own. The joiner inside an emoji is left alone.
 * @param edges which ends of the text are ends of the name
 */
export function nameParts(name: string, edges = { start: true, end: true }): readonly NamePart[] {
  const parts: { text: string; hidden: boolean }[] = [];
  const characters = [...name];
  characters.forEach((character, index) => {
    const atEdge = (edges.start && index === 0) || (edges.end && index === characters.length - 1);
    const before = characters[index - 1] ?? '';
    const joins = character === JOINER && PICTURE.test(before);
    const hidden = (HIDDEN.test(character) && !joins) || (atEdge && SPACE.test(character));
    const last = parts.at(-1);
    if (hidden) parts.push({ text: codePoint(character), hidden });
    else if (last !== undefined && !last.hidden) last.text += character;
    else parts.push({ text: character, hidden });
  });
  return parts;
}

/** The name with hidden characters spelled out: for titles, labels and announcements. */
export function spelledName(name: string): string {
  return nameParts(name)
    .map(({ text, hidden }) => (hidden ? `[${text}]` : text))
    .join('');
}

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** Names up to this many characters are never cut. */
const UNCUT = 24;
/** Characters kept at the end, which usually hold the kind and the number of a file. */
const TAIL = 12;

/**
 * Where to cut a name when there is no room for all of it: the end stays whole. Names in scripts from right to left are
 * cut at their end instead, since their parts change sides.
 */
export function splitName(name: string): readonly [head: string, tail: string] {
  if (RIGHT_TO_LEFT.test(name)) return [name, ''];
  const graphemes = Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name));
  if (graphemes.length <= UNCUT) return [name, ''];
  const at = graphemes[graphemes.length - TAIL]?.index ?? name.length;
  return [name.slice(0, at), name.slice(at)];
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
