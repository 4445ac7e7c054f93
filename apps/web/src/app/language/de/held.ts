import type { en } from '../en/en.js';
import type { InOwnWords } from '../keys.js';

/** Die Seiten von allen, die einen Link öffnen. */
export const held: InOwnWords<(typeof en)['held']> = {
  name: 'Stowage',
  tab: '{{name}} – Stowage',
  language: { label: 'Sprache', failed: 'Die Sprache konnte nicht geändert werden.' },
  reading: 'Der Link wird gelesen …',
  until: 'bis {{time}}',
  notRead: 'Der Link konnte nicht gelesen werden',
  notRefreshed: 'Der Link konnte nicht neu gelesen werden',
  connection: {
    online: 'Verbunden',
    offline: 'Es gibt kein Netz. Sobald es wieder da ist, geht es von selbst weiter.',
    unreachable: 'Der Server antwortet nicht. Sobald er antwortet, geht es von selbst weiter.',
  },
  away: {
    title: 'Der Server ist nicht zu erreichen',
    text: 'Prüfen Sie das Netz. Diese Seite macht von selbst weiter, sobald der Server antwortet.',
  },
  over: {
    'link-not-found': {
      title: 'Diesen Link gibt es nicht',
      text: 'Prüfen Sie, ob die Adresse vollständig ist, oder fragen Sie, von wem Sie sie haben.',
    },
    'link-revoked': {
      title: 'Dieser Link wurde widerrufen',
      text: 'Bitten Sie um einen neuen, von wem Sie diesen haben.',
    },
    'link-expired': {
      title: 'Dieser Link ist abgelaufen',
      text: 'Bitten Sie um einen neuen, von wem Sie diesen haben.',
    },
    'link-used-up': {
      title: 'Dieser Link wurde so oft benutzt, wie er darf',
      text: 'Bitten Sie um einen neuen, von wem Sie diesen haben.',
    },
    'link-target-gone': {
      title: 'Wohin dieser Link führt, ist nichts mehr',
      text: 'Fragen Sie, von wem Sie ihn haben: Es wurde vielleicht verschoben oder gelöscht.',
    },
    'link-not-valid': {
      title: 'Dieser Link gilt nicht mehr',
      text: 'Bitten Sie um einen neuen, von wem Sie diesen haben.',
    },
  },
  lock: {
    title: 'Dieser Link hat ein Passwort',
    text: 'Von wem Sie den Link haben, kann es Ihnen sagen.',
    password: 'Passwort',
    open: 'Öffnen',
    empty: 'Geben Sie das Passwort ein.',
    wrong: 'Das ist nicht das Passwort des Links.',
    later: 'Es waren zu viele Versuche. Versuchen Sie es später noch einmal.',
    wait: 'Es waren zu viele Versuche. Versuchen Sie es in {{time}} noch einmal.',
  },
  share: {
    left: { one: 'noch {{count}} Download', other: 'noch {{count}} Downloads' },
    zip: 'Alles als ZIP-Datei herunterladen',
    zipOf: '{{name}} als ZIP-Datei herunterladen',
    download: 'Herunterladen',
    downloadOf: '{{name}} herunterladen',
    above: 'Ordner darüber',
    entries: 'Dateien und Ordner',
    empty: 'In diesem Ordner ist nichts.',
    notRead: 'Der Ordner konnte nicht gelesen werden.',
    more: 'Mehr zeigen',
  },
  request: {
    title: 'Sie werden um Dateien gebeten',
    text: 'Was Sie senden, geht an alle, von denen dieser Link kommt. Andere, die ihn haben, sehen es nicht.',
    limits: 'Was angenommen wird',
    kinds: 'nur {{types}}',
    size: 'höchstens {{size}} je Datei',
    left: { one: 'noch {{count}} Datei', other: 'noch {{count}} Dateien' },
    password: 'mit einem Passwort für Uploads',
    name: 'Ihr Name',
    nameFault: {
      one: 'Geben Sie Ihren Namen ein; dann wird {{count}} Datei gesendet.',
      other: 'Geben Sie Ihren Namen ein; dann werden {{count}} Dateien gesendet.',
    },
    send: 'Senden',
    invitation: 'Dateien oder Ordner hier ablegen',
    refused: 'Diese werden nicht angenommen:',
    otherKind: 'eine andere Art von Datei',
    tooLarge: 'zu groß: {{size}}',
    dismiss: 'Ausblenden',
    sent: 'Ihre Dateien',
    done: { one: '{{count}} ist angekommen', other: '{{count}} sind angekommen' },
    retryAll: 'Alle noch einmal versuchen',
    hidden: { one: 'und {{count}} weitere', other: 'und {{count}} weitere' },
  },
};
