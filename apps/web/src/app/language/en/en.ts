import { files } from './files.js';
import { held } from './held.js';
import { people } from './people.js';
import { problems } from './problems.js';
import { session } from './session.js';
import { settings } from './settings.js';
import { sharing } from './sharing.js';
import { shell } from './shell.js';
import { spaces } from './spaces.js';
import { transfers } from './transfers.js';
import { ui } from './ui.js';
import { upload } from './upload.js';

/** English: a file for each folder of the page. */
export const en = {
  files,
  held,
  people,
  problems,
  session,
  settings,
  sharing,
  shell,
  spaces,
  transfers,
  ui,
  upload,
} as const;
