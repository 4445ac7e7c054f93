import type { UrlMatchResult, UrlSegment } from '@angular/router';

/**
 * Takes the addresses of folders: `/`, `/spaces/:space` and `/files/f/:folder`. They are one route, so that the page stays
 * where it is while somebody goes from folder to folder.
 */
export function folderAddress(segments: UrlSegment[]): UrlMatchResult | null {
  const [first, second, third] = segments;
  if (first === undefined) return { consumed: [], posParams: {} };
  if (first.path === 'spaces' && second !== undefined && segments.length === 2) {
    return { consumed: segments, posParams: { space: second } };
  }
  if (first.path === 'files' && second?.path === 'f' && third !== undefined && segments.length === 3) {
    return { consumed: segments, posParams: { folder: third } };
  }
  return null;
}
