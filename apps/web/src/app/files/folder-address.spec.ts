import { UrlSegment } from '@angular/router';
import { describe, expect, it } from '@jest/globals';
import { folderAddress } from './folder-address.js';

const match = (path: string): Record<string, string> | null => {
  const found = folderAddress(
    path
      .split('/')
      .filter(Boolean)
      .map((part) => new UrlSegment(part, {})),
  );
  if (found === null) return null;
  return Object.fromEntries(Object.entries(found.posParams ?? {}).map(([name, segment]) => [name, segment.path]));
};

describe('the address of a folder', () => {
  it.each([
    ['/', {}],
    ['/spaces/abc', { space: 'abc' }],
    ['/files/f/abc', { folder: 'abc' }],
    ['/spaces/abc/trash', null],
    ['/files', null],
    ['/files/f/abc/def', null],
    ['/elsewhere', null],
  ])('%s is %j', (path, parameters) => {
    expect(match(path)).toEqual(parameters);
  });
});
