import { describe, expect, it, jest } from '@jest/globals';
import { ApiClient } from './api-client.js';

const SLUG = 'S'.repeat(43);
const ID = 'i'.repeat(22);
const AT = '2026-01-02T03:04:05.000Z';
const LINK = {
  ...{ id: ID, kind: 'share', slug: SLUG, url: `/s/${SLUG}`, space: ID, entry: ID, entryName: 'films', title: '' },
  ...{ note: '', state: 'valid', hasPassword: false, expiresAt: null, maxDownloads: null, downloads: 0 },
  ...{ maxUploads: null, uploads: 0, maxFileSize: null, allowedExtensions: null, askName: false, createdBy: null },
  ...{ createdAt: AT, revokedAt: null },
};
const FOLDER = { kind: 'folder', id: ID, name: 'films', size: null, mediaType: null, sha256: null, createdAt: AT };
const HELD = {
  ...{ kind: 'share', locked: false, expiresAt: null, title: '', note: '', entry: FOLDER, downloadsLeft: null },
};

/** A client of a server that answers everything alike, and what it is asked. */
function answering(answer: unknown) {
  const fetch = jest.fn<typeof globalThis.fetch>().mockImplementation(async () => Response.json(answer));
  const last = () => {
    const [address, init] = fetch.mock.calls.at(-1) ?? [];
    return [init?.method, address, init?.body];
  };
  const headers = () => new Headers(fetch.mock.calls.at(-1)?.[1]?.headers);
  return { links: new ApiClient({ fetch }).links, last, headers };
}

describe('the client of links', () => {
  it('lists those of a space or an entry, and what was done with one', async () => {
    const { links, last } = answering({ links: [LINK], next: null });
    await expect(links.list({ space: 'x' }, { limit: 5 })).resolves.toEqual({ links: [LINK], next: null });
    expect(last()).toEqual(['GET', '/api/share-links?space=x&limit=5', undefined]);
    await links.list({ entry: 'y' }, { cursor: 'z' });
    expect(last()).toEqual(['GET', '/api/share-links?entry=y&cursor=z', undefined]);
    const access = { at: AT, action: 'opened', name: null, sender: null, network: '192.0.2.0/24' };
    const log = answering({ accesses: [access], next: null });
    await expect(log.links.listAccesses('a/b')).resolves.toEqual({ accesses: [access], next: null });
    expect(log.last()).toEqual(['GET', '/api/share-links/a%2Fb/accesses', undefined]);
  });

  it('reads, makes, changes and revokes one', async () => {
    const { links, last } = answering(LINK);
    await expect(links.get('x')).resolves.toEqual(LINK);
    expect(last()).toEqual(['GET', '/api/share-links/x', undefined]);
    await links.create({ kind: 'share', entry: ID });
    expect(last()).toEqual(['POST', '/api/share-links', `{"kind":"share","entry":"${ID}"}`]);
    await links.change('x', { password: null });
    expect(last()).toEqual(['PATCH', '/api/share-links/x', '{"password":null}']);
    await links.revoke('x');
    expect(last()).toEqual(['DELETE', '/api/share-links/x', undefined]);
  });

  it('looks at one that somebody holds, and shows its password', async () => {
    const { links, last } = answering(HELD);
    await expect(links.look(SLUG)).resolves.toEqual(HELD);
    expect(last()).toEqual(['GET', `/api/links/${SLUG}`, undefined]);
    await links.unlock(SLUG, 'blind mice');
    expect(last()).toEqual(['POST', `/api/links/${SLUG}/unlock`, '{"password":"blind mice"}']);
  });

  it('lists what is shared, and knows where it is downloaded', async () => {
    const page = { folder: { id: ID, name: 'films' }, ancestors: [], entries: [FOLDER], total: 1, next: null };
    const { links, last } = answering(page);
    await expect(links.listShared(SLUG)).resolves.toEqual(page);
    expect(last()).toEqual(['GET', `/api/links/${SLUG}/entries`, undefined]);
    await links.listShared(SLUG, 'x', { limit: 5 });
    expect(last()).toEqual(['GET', `/api/links/${SLUG}/entries?folder=x&limit=5`, undefined]);
    expect(links.fileAddress(SLUG, 'x')).toBe(`/api/links/${SLUG}/files/x/content`);
    expect(links.zipAddress(SLUG)).toBe(`/api/links/${SLUG}/zip`);
    expect(links.zipAddress(SLUG, ['x', 'y'])).toBe(`/api/links/${SLUG}/zip?entries=x%2Cy`);
  });

  it('sends to a request, shows the password of a folder, and knows where the bytes go', async () => {
    const upload = { id: ID, state: 'receiving', length: 3, received: 0, name: 'a', chunkSize: null, expiresAt: AT };
    const status = { upload, complete: false, offset: 0, missing: [{ start: 0, end: 3 }], missingTruncated: false };
    const { links, last, headers } = answering(status);
    await expect(links.beginUpload(SLUG, { name: 'a', length: 3, sender: 'Ann' }, 'grün')).resolves.toEqual(status);
    expect(last()).toEqual(['POST', `/r/${SLUG}/uploads`, '{"name":"a","length":3,"sender":"Ann"}']);
    expect(Buffer.from(headers().get('stowage-upload-password') ?? '', 'latin1').toString()).toBe('grün');
    await links.beginUpload(SLUG, { name: 'a', length: 3 });
    expect(headers().has('stowage-upload-password')).toBe(false);
    await expect(links.uploadStatus(SLUG, 'a/b')).resolves.toEqual(status);
    expect(last()).toEqual(['GET', `/r/${SLUG}/uploads/a%2Fb`, undefined]);
    await links.completeUpload(SLUG, 'x');
    expect(last()).toEqual(['POST', `/r/${SLUG}/uploads/x/complete`, undefined]);
    await links.cancelUpload(SLUG, 'x');
    expect(last()).toEqual(['DELETE', `/r/${SLUG}/uploads/x`, undefined]);
    expect(links.formAddress(SLUG)).toBe(`/r/${SLUG}/upload`);
    expect(links.bytesAddress(SLUG, 'x')).toBe(`/r/${SLUG}/uploads/x/bytes`);
  });

  it('knows whether uploads into a folder want a password, and sets it', async () => {
    const { links, last } = answering({ wanted: true, from: ID });
    await expect(links.uploadPassword('x')).resolves.toEqual({ wanted: true, from: ID });
    expect(last()).toEqual(['GET', '/api/entries/x/upload-password', undefined]);
    await links.setUploadPassword('x', null);
    expect(last()).toEqual(['PUT', '/api/entries/x/upload-password', '{"password":null}']);
  });

  it('refuses an answer that the contract does not describe', async () => {
    const { links } = answering({ ...HELD, kind: 'door' });
    await expect(links.look(SLUG)).rejects.toMatchObject({ code: 'unexpected-answer' });
  });
});
