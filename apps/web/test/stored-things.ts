import type {
  ApiToken,
  Folder,
  Member,
  Person,
  Session,
  Space,
  StoredFile,
  UploadSummary,
  WhoAsks,
} from '@stowage/contract';
import { NO_POLICY } from '@stowage/contract';

let made = 0;

/** Id of Maria's own space. */
export const SPACE = 's'.repeat(22);

/** A stored file; its id is new. */
export function storedFile(more: Partial<StoredFile> = {}): StoredFile {
  const id = `file${String(++made).padStart(20, '0')}`;
  return {
    kind: 'file',
    id,
    name: 'report.pdf',
    space: SPACE,
    parent: more.space ?? SPACE,
    path: '',
    size: 120_000,
    sha256: 'a'.repeat(64),
    mediaType: 'application/pdf',
    createdAt: '2026-01-02T03:04:05.000Z',
    url: `/api/files/${id}/content`,
    ...more,
  };
}

/** A folder in the root of Maria's space; its id is new. */
export function storedFolder(more: Partial<Folder> = {}): Folder {
  return {
    kind: 'folder',
    id: `folder${String(++made).padStart(18, '0')}`,
    name: 'docs',
    space: SPACE,
    parent: SPACE,
    path: '',
    createdAt: '2026-01-02T03:04:05.000Z',
    ...more,
  };
}

/** Maria, signed in. */
export const MARIA: WhoAsks = {
  access: 'account',
  account: { id: 'a'.repeat(22), name: 'Maria', role: 'admin' },
  signedIn: true,
};

/** A browser that has signed in; its id is new. */
export function storedSession(more: Partial<Session> = {}): Session {
  return {
    id: `session${String(++made).padStart(17, '0')}`,
    createdAt: '2026-01-02T03:04:05.000Z',
    lastUsedAt: '2026-01-02T03:05:05.000Z',
    address: '192.0.2.1',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    current: false,
    ...more,
  };
}

/** Somebody with an account; its id is new. */
export function storedPerson(more: Partial<Person> = {}): Person {
  return {
    id: `person${String(++made).padStart(18, '0')}`,
    name: 'Adam',
    role: 'member',
    state: 'active',
    createdAt: '2026-01-02T03:04:05.000Z',
    lastSignedInAt: null,
    linkExpiresAt: null,
    ...more,
  };
}

/** A token of whoever is signed in; its id is new. */
export function storedToken(more: Partial<ApiToken> = {}): ApiToken {
  return {
    id: `token${String(++made).padStart(19, '0')}`,
    name: 'nightly backup',
    scopes: ['files:read'],
    spaces: null,
    createdAt: '2026-01-02T03:04:05.000Z',
    expiresAt: null,
    lastUsedAt: null,
    ...more,
  };
}

/** An upload that the server holds in part. */
export function unfinishedUpload(more: Partial<UploadSummary> = {}): UploadSummary {
  return {
    id: `upload${String(++made).padStart(18, '9')}`,
    state: 'receiving',
    length: 12_000_000,
    received: 4_000_000,
    name: 'film.mov',
    owner: { id: 'a'.repeat(22), name: 'Maria' },
    missing: 8_000_000,
    space: SPACE,
    folder: more.space ?? SPACE,
    path: 'films',
    chunkSize: 4_000_000,
    conflict: 'reject',
    createdAt: '2026-01-02T03:04:05.000Z',
    updatedAt: '2026-01-02T03:05:05.000Z',
    expiresAt: '2026-01-09T03:05:05.000Z',
    active: false,
    ...more,
  };
}

/** The space of a team that Maria is in; its id is new. */
export function storedSpace(more: Partial<Space> = {}): Space {
  return {
    id: `space${String(++made).padStart(19, '0')}`,
    name: 'Film',
    kind: 'team',
    role: 'manager',
    quota: null,
    quotaChosen: false,
    used: 0,
    reserved: 7,
    policy: NO_POLICY,
    createdAt: '2026-01-02T03:04:05.000Z',
    ...more,
  };
}

/** Somebody in a space; the id of the account is new. */
export function storedMember(more: Partial<Member> = {}): Member {
  return {
    account: `person${String(++made).padStart(18, '0')}`,
    name: 'Adam',
    role: 'contributor',
    createdAt: '2026-01-02T03:04:05.000Z',
    ...more,
  };
}
