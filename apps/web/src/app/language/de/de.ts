import type { en } from '../en/en.js';
import type { InOwnWords } from '../keys.js';
import { files } from './files.js';
import { settings } from './settings.js';
import { ui } from './ui.js';

/** German: the same, in own words. */
export const de: InOwnWords<typeof en> = { files, settings, ui };
