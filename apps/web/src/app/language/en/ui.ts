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
} as const;
