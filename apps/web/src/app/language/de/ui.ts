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
  keep: 'Behalten',
  tryAgain: 'Erneut versuchen',
  triedAgain: 'Sobald der Server antwortet, wird es erneut versucht.',
  password: {
    show: 'Anzeigen',
    showOf: '{{label}} anzeigen',
    hint: '{{least}} Zeichen oder mehr; besser sind {{better}} oder mehr. Ein paar Wörter hintereinander sind leicht zu merken.',
    tooShort: 'Ein Passwort hat mindestens {{least}} Zeichen.',
    tooLong: 'Ein Passwort hat höchstens {{most}} Bytes.',
  },
  name: {
    blank: 'Ein Name darf nicht mit einem Leerzeichen beginnen oder enden.',
    empty: 'Ein Name darf nicht leer sein.',
    tooLong: 'Ein Name hat höchstens {{most}} Zeichen.',
    characters: 'Ein Name darf keinen Schrägstrich, keinen umgekehrten Schrägstrich und kein Steuerzeichen enthalten.',
    other: 'Dieser Name kann nicht verwendet werden.',
  },
  browser: {
    onSystem: '{{browser}} auf {{system}}',
    unknown: 'Unbekannter Browser',
  },
  shownOnce: {
    copy: 'Kopieren',
    copied: 'Kopiert',
    done: 'Fertig',
    isCopied: 'Es ist kopiert.',
  },
};
