import type { en } from '../en/en.js';
import type { InOwnWords } from '../keys.js';

/** The pages of one's own account. */
export const settings: InOwnWords<(typeof en)['settings']> = {
  nav: {
    label: 'Einstellungen',
    profile: 'Profil',
    security: 'Sicherheit',
    tokens: 'Token',
  },
  profile: {
    title: 'Profil',
    account: 'Konto',
    nobody: 'Sie haben sich mit dem Zugangstoken angemeldet, das zu keinem Konto gehört.',
    open: 'Hier hat noch niemand ein Konto.',
    role: { admin: 'Administrator', member: 'Mitglied' },
    language: 'Sprache',
    languageHint: 'Sie wird in diesem Browser gemerkt.',
    languageChosen: 'Die Seite ist jetzt auf Deutsch.',
    languageFailed: 'Die Sprache konnte nicht gewechselt werden.',
  },
};
