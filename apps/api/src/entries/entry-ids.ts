import { ourId } from '../platform/http/our-id.js';

/**
 * The id of an entry that an address names.
 * @throws ProblemError entry-not-found for what no entry has
 */
export function ourEntry(text: string): string {
  return ourId(text, 'entry-not-found', 'Nothing has such an id.');
}

/**
 * The id of a folder that an address names.
 * @throws ProblemError folder-not-found for what no folder has
 */
export function ourFolder(text: string): string {
  return ourId(text, 'folder-not-found', 'No folder has such an id.');
}
