/** Pieces that know nothing of the product. */
export const ui = {
  size: {
    ofWhole: '{{done}} of {{whole}}',
    bytes: { one: '{{count}} byte', other: '{{count}} bytes' },
  },
  time: {
    moment: 'a moment',
    seconds: '{{number}} s',
    minutes: '{{number}} min',
    hours: '{{number}} h',
    days: '{{number}} d',
    justNow: 'just now',
    ago: '{{span}} ago',
    anyMoment: 'at any moment',
    inMinutes: { one: 'in {{count}} minute', other: 'in {{count}} minutes' },
    inHours: { one: 'in {{count}} hour', other: 'in {{count}} hours' },
    inDays: { one: 'in {{count}} day', other: 'in {{count}} days' },
  },
  keep: 'Keep',
  tryAgain: 'Try again',
  triedAgain: 'It is tried again as soon as the server answers.',
  password: {
    show: 'Show',
    showOf: 'Show {{label}}',
    hint: '{{least}} characters or more; {{better}} or more are better. A few words in a row are easy to remember.',
    tooShort: 'A password has {{least}} characters or more.',
    tooLong: 'A password can have {{most}} bytes at most.',
  },
  name: {
    blank: 'A name cannot begin or end with a blank.',
    empty: 'A name cannot be empty.',
    tooLong: 'A name can have {{most}} characters at most.',
    characters: 'A name cannot contain a slash, a backslash or a control character.',
    other: 'This name cannot be used.',
  },
  browser: {
    onSystem: '{{browser}} on {{system}}',
    unknown: 'Unknown browser',
  },
  shownOnce: {
    copy: 'Copy',
    copied: 'Copied',
    done: 'Done',
    isCopied: 'It is copied.',
  },
} as const;
