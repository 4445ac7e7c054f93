import type { en } from '../en/en.js';
import type { InOwnWords } from '../keys.js';

/** Coming in. */
export const session: InOwnWords<(typeof en)['session']> = {
  signInDialog: {
    title: 'Anmelden',
    text: 'Uploads gehen da weiter, wo sie stehen geblieben sind.',
    notSetUp: 'Noch nicht eingerichtet',
    notSetUpText:
      'Auf diesem Server hat noch niemand ein Konto. Öffnen Sie den Link, den der Server beim Start ausgegeben hat, an diesem oder einem anderen Rechner, und legen Sie das erste Konto an.',
    tryAgain: 'Erneut versuchen',
    accessToken: 'Zugangstoken',
    name: 'Name',
    password: 'Passwort',
    withPassword: 'Mit Name und Passwort',
    withToken: 'Mit Zugangstoken',
    signIn: 'Anmelden',
    badToken: 'Dieses Token ist nicht gültig.',
  },
  setUpPage: {
    tab: 'Einrichten',
    title: 'Stowage einrichten',
    text: 'Legen Sie das erste Konto an. Von da an kommt nur noch herein, wer sich anmeldet, und Programme mit einem Zugangstoken.',
    name: 'Name',
    password: 'Passwort',
    make: 'Konto anlegen',
    linkOver: 'Dieser Link gilt nicht mehr',
    linkOverText:
      'Er wurde schon benutzt, oder seine Stunde ist um. Wenn jemand das erste Konto angelegt hat, melden Sie sich damit an.',
    linkOverHelp: 'Wenn nicht, starten Sie den Server neu: Er gibt dann einen neuen Link aus.',
    linkCut: 'Der Link ist nicht vollständig',
    linkCutText:
      'Kopieren Sie den ganzen Link, den der Server beim Start ausgegeben hat, mit allem, was hinter dem # steht.',
    toFiles: 'Zu den Dateien',
  },
  passwordPage: {
    tab: 'Passwort wählen',
    invited: 'Willkommen bei Stowage',
    invitedText: 'Wählen Sie ein Passwort. Damit und mit dem Namen {{name}} melden Sie sich an.',
    reset: 'Neues Passwort wählen',
    resetText: 'Es gilt für {{name}}. Alle Browser, in denen Sie angemeldet sind, werden abgemeldet.',
    password: 'Passwort',
    save: 'Speichern und anmelden',
    linkOver: 'Dieser Link gilt nicht mehr',
    linkOverText:
      'Er wurde schon benutzt, seine Stunde ist um, oder es gibt einen neueren. Bitten Sie um einen neuen Link.',
    linkCut: 'Der Link ist nicht vollständig',
    linkCutText: 'Kopieren Sie den ganzen Link, den Sie erhalten haben, mit allem, was hinter dem # steht.',
    toFiles: 'Zu den Dateien',
    looking: 'Der Link wird geprüft …',
    lookFailed: 'Der Link konnte nicht geprüft werden.',
  },
  welcome: 'Willkommen, {{name}}. Sie sind angemeldet.',
};
