import type { en } from '../en/en.js';
import type { InOwnWords } from '../keys.js';

/** What all pages share. */
export const shell: InOwnWords<(typeof en)['shell']> = {
  pageHeader: {
    connection: 'Verbindung:',
    online: 'Online',
    offline: 'Kein Netz',
    unreachable: 'Server antwortet nicht',
    api: 'API',
    transfers: 'Übertragungen',
    users: 'Konten',
    spaces: 'Bereiche',
    accessToken: 'Zugangstoken',
    settingsOf: 'Einstellungen von {{name}}',
    signOut: 'Abmelden',
    signOutFailed: 'Das Abmelden ist fehlgeschlagen: Der Server hat nicht geantwortet.',
  },
  liveRegion: {
    online: 'Wieder online.',
    gone: 'Der Server ist nicht erreichbar. Uploads warten auf ihn.',
  },
  dropFrame: {
    drop: 'Zum Hochladen loslassen',
    refused: 'In diesen Bereich dürfen Sie nichts hochladen',
  },
  windowDrop: {
    refused: 'Es wurde nichts hochgeladen: In diesen Bereich dürfen Sie nichts hochladen.',
  },
  tabStatus: {
    percent: '{{percent}} %',
    failed: { one: '{{count}} fehlgeschlagen', other: '{{count}} fehlgeschlagen' },
  },
  homePage: {
    open: 'Jeder an diesem Rechner kann diesen Server benutzen. Um ein Konto anzulegen, öffnen Sie den Einrichtungslink, den der Server beim Start ausgegeben hat.',
  },
};
