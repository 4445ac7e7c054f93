import { held } from './held.js';
import { problems } from './problems.js';
import { shell } from './shell.js';
import { ui } from './ui.js';
import { upload } from './upload.js';

/** German of the pages of links, which fetch nothing else. */
export const heldPages = { held, problems, shell, ui, upload } as const;
