import { files } from './files.js';
import { settings } from './settings.js';
import { ui } from './ui.js';

/** English: a file for each folder of the page. */
export const en = { files, settings, ui } as const;
