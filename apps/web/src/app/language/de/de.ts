import type { en } from '../en/en.js';
import type { InOwnWords } from '../keys.js';
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

/** German: the same, in own words. */
export const de: InOwnWords<typeof en> = {
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
};
