import type { en } from '../en/en.js';
import type { InOwnWords } from '../keys.js';

/** Pieces that know nothing of the product. */
export const ui: InOwnWords<(typeof en)['ui']> = {
  size: {
    ofWhole: '{{done}} von {{whole}}',
    bytes: { one: '{{count}} Byte', other: '{{count}} Byte' },
  },
  time: {
    moment: 'einen Moment',
    seconds: '{{number}} s',
    minutes: '{{number}} Min.',
    hours: '{{number}} Std.',
    days: '{{number}} T.',
    justNow: 'gerade eben',
    ago: 'vor {{span}}',
    anyMoment: 'jeden Moment',
    inMinutes: { one: 'in {{count}} Minute', other: 'in {{count}} Minuten' },
    inHours: { one: 'in {{count}} Stunde', other: 'in {{count}} Stunden' },
    inDays: { one: 'in {{count}} Tag', other: 'in {{count}} Tagen' },
  },
};
