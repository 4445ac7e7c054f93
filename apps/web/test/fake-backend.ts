import type { Provider } from '@angular/core';
import {
  ApiClient,
  type ChunkRequest,
  type Transport,
  type TransportAnswer,
  UploadQueue,
  uploadContext,
} from '@stowage/client';
import {
  type ApiToken,
  type ByteRange,
  type Limits,
  PROBLEMS,
  type Person,
  type ProblemCode,
  type StoredFile,
  type Session as StoredSession,
  type UploadSummary,
  type WhoAsks,
  isProblemCode,
} from '@stowage/contract';
import { Connection } from '../src/app/session/connection.js';
import { API, UPLOADS } from '../src/app/session/server.js';
import { Session } from '../src/app/session/session.js';

const LIMITS: Limits = {
  maxFileSize: 5_000_000_000,
  minChunkSize: 1,
  maxChunkSize: 1_000_000,
  recommendedChunkSize: 1_000,
  recommendedParallelChunks: 4,
  maxChunks: 1_000,
  maxNameBytes: 255,
  maxPathBytes: 4096,
  maxPathDepth: 32,
};

/** A server in memory, behind the real client library: lists, uploads, and whatever a test makes of them. */
export class FakeBackend implements Transport {
  readonly reportsProgress = true;
  files: StoredFile[] = [];
  uploads: UploadSummary[] = [];
  /** `METHOD path` of every call of the API. */
  readonly calls: string[] = [];
  /** A problem for calls whose `METHOD path` begins with the key; `network` for no answer. */
  readonly refusals = new Map<string, ProblemCode | 'network'>();
  /** What becomes of a file with this name: refused, or never answered. Others are stored. */
  readonly fates = new Map<string, ProblemCode | 'hang'>();
  /** Where files were sent, as `folder/name`. */
  readonly sent: string[] = [];
  /** What unfinished uploads lack, by their ids; else all behind what was received. */
  readonly gaps = new Map<string, readonly ByteRange[]>();
  /** What unfinished uploads say of the bytes that they hold. */
  digests: readonly unknown[] = [];
  /** Bodies of requests to complete an upload, and of those about people. */
  readonly wishes: string[] = [];
  /** Who asks, once let in. */
  who: WhoAsks = { access: 'open', account: null, signedIn: false };
  sessions: StoredSession[] = [];
  people: Person[] = [];
  tokens: ApiToken[] = [];
  /** What links for a password are for. They are Maria's. */
  linkKind: 'invitation' | 'reset' = 'invitation';
  pageSize = 50;
  quota: number | null = null;
  #ids = 0;

  /** Everything a component needs to talk to this server. */
  providers(): Provider[] {
    return [
      {
        provide: API,
        useFactory: (connection: Connection, session: Session) =>
          new ApiClient({
            fetch: (input, init) =>
              this.#fetch(`${init?.method ?? 'GET'} ${typeof input === 'string' ? input : ''}`, init?.body),
            onContact: (reached) => connection.contact(reached),
            reauthorize: (sentAt, code) => session.reauthorize(sentAt, code),
          }),
        deps: [Connection, Session],
      },
      {
        provide: UPLOADS,
        useFactory: (api: ApiClient) => new UploadQueue(uploadContext(api, { transport: this })),
        deps: [API],
      },
    ];
  }

  async send({ url, body: form, signal }: ChunkRequest): Promise<TransportAnswer> {
    if (form instanceof Blob) return this.#takeRange(url);
    const field = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const fate = this.fates.get(field('name'));
    this.sent.push([field('path'), field('name')].filter((part) => part !== '').join('/'));
    if (fate === 'hang') return new Promise((_, reject) => (signal.onabort = () => reject(signal.reason)));
    if (fate !== undefined) return { status: PROBLEMS[fate].status, retryAfter: null, body: problem(fate) };
    const file = storedFile({ name: field('name'), path: field('path'), size: Number(field('dztotalfilesize')) });
    this.files.unshift(file);
    const upload = { id: this.#id(), state: 'complete', length: file.size, received: file.size };
    return { status: 201, retryAfter: null, body: JSON.stringify({ upload, complete: true, file }) };
  }

  async #fetch(call: string, body: unknown): Promise<Response> {
    this.calls.push(call);
    const refusal = [...this.refusals].find(([start]) => call.startsWith(start))?.[1];
    if (refusal === 'network') throw new TypeError('Failed to fetch');
    if (refusal !== undefined) return response(PROBLEMS[refusal].status, problem(refusal));
    if (call === 'GET /api/limits') return response(200, JSON.stringify(LIMITS));
    if (/^(GET|POST) \/api\/(session|setup)$/u.test(call)) {
      if (typeof body === 'string') this.wishes.push(body);
      return response(200, JSON.stringify(this.who));
    }
    if (call.includes('/api/tokens')) return this.#ofTokens(call, body);
    if (call.startsWith('GET /api/accounts')) return this.#page('accounts', this.people, call);
    if (call.includes('/api/accounts') || call.includes('/api/password-links')) return this.#ofAccounts(call, body);
    if (call === 'GET /api/sessions') return response(200, JSON.stringify({ sessions: this.sessions }));
    if (call.includes('/api/sessions') || call.startsWith('PUT /api/account')) return this.#ofPeople(call, body);
    if (call === 'GET /api/usage') {
      const used = this.files.reduce((sum, { size }) => sum + size, 0);
      return response(200, JSON.stringify({ quota: this.quota, used, reserved: 7 }));
    }
    if (call.startsWith('GET /api/files')) return this.#page('files', this.files, call);
    const one = /^(\w+) \/api\/uploads\/([^/?]+)\/?([a-z]*)/u.exec(call);
    if (one !== null && !call.startsWith('DELETE')) return this.#ofUpload(one[2] ?? '', one[3] ?? '', body);
    if (call.startsWith('GET /api/uploads')) return this.#page('uploads', this.uploads, call);
    const id = /^DELETE \/api\/(?:files|uploads)\/(.+)$/u.exec(call)?.[1];
    this.files = this.files.filter((file) => file.id !== id);
    this.uploads = this.uploads.filter((upload) => upload.id !== id);
    return response(204, '');
  }

  #ofPeople(call: string, body: unknown): Response {
    if (typeof body === 'string') this.wishes.push(body);
    const id = /^DELETE \/api\/sessions\/(.+)$/u.exec(call)?.[1];
    this.sessions = this.sessions.filter((session) => (id === undefined ? session.current : session.id !== id));
    return response(204, '');
  }

  #ofTokens(call: string, body: unknown): Response {
    if (call.startsWith('GET')) return response(200, JSON.stringify({ tokens: this.tokens }));
    if (typeof body === 'string') {
      this.wishes.push(body);
      const token = storedToken(JSON.parse(body) as Partial<ApiToken>);
      this.tokens.unshift(token);
      return response(201, JSON.stringify({ token, secret: `stw_${'A'.repeat(43)}` }));
    }
    this.tokens = this.tokens.filter(({ id }) => !call.endsWith(id));
    return response(204, '');
  }

  #ofAccounts(call: string, body: unknown): Response {
    if (typeof body === 'string') this.wishes.push(body);
    const link = { url: `/password#${'A'.repeat(43)}`, expiresAt: '2026-01-02T04:04:05.000Z' };
    if (call.endsWith('/look')) return response(200, JSON.stringify({ name: 'Maria', kind: this.linkKind }));
    if (call.endsWith('/use')) return response(200, JSON.stringify(this.who));
    if (call.endsWith('/link')) return response(201, JSON.stringify(link));
    const wanted = typeof body === 'string' ? (JSON.parse(body) as Partial<Person> & { disabled?: boolean }) : {};
    if (call.startsWith('POST')) {
      const account = storedPerson({ ...wanted, state: 'invited' });
      this.people.push(account);
      return response(201, JSON.stringify({ account, link }));
    }
    const id = call.slice(call.lastIndexOf('/') + 1);
    if (call.startsWith('DELETE')) {
      this.people = this.people.filter((person) => person.id !== id);
      return response(204, '');
    }
    const { role, disabled } = wanted;
    this.people = this.people.map((person) =>
      person.id === id
        ? {
            ...person,
            role: role ?? person.role,
            state: disabled === undefined ? person.state : disabled ? 'disabled' : 'active',
          }
        : person,
    );
    return response(200, JSON.stringify(this.people.find((person) => person.id === id)));
  }

  // An unfinished upload holds what its summary says, and its gaps are those that the test has set.
  #ofUpload(id: string, what: string, body: unknown): Response {
    const upload = this.uploads.find((candidate) => candidate.id === id);
    if (upload === undefined) return response(404, problem('upload-not-found'));
    if (what === 'digests') return response(200, JSON.stringify({ digests: this.digests, next: null }));
    if (what === 'complete') return this.#complete(upload, typeof body === 'string' ? body : '');
    const expiresAt = what === 'extend' ? '2026-02-09T03:05:05.000Z' : upload.expiresAt;
    this.uploads = this.uploads.map((other) => (other.id === id ? { ...other, expiresAt } : other));
    const end = upload.length ?? upload.received;
    const missing = this.gaps.get(id) ?? [{ start: upload.received, end }];
    const status = { upload: { ...upload, expiresAt }, complete: false, offset: 0, missing, missingTruncated: false };
    return response(200, JSON.stringify(status));
  }

  #complete(upload: UploadSummary, body: string): Response {
    this.wishes.push(body);
    this.uploads = this.uploads.filter(({ id }) => id !== upload.id);
    const file = storedFile({ name: body.includes('rename') ? `${upload.name} (1)` : upload.name, path: upload.path });
    this.files.unshift(file);
    return response(201, JSON.stringify({ upload: { ...upload, state: 'complete' }, complete: true, file }));
  }

  async #takeRange(url: string): Promise<TransportAnswer> {
    const id = url.split('/')[3] ?? '';
    const upload = this.uploads.find((candidate) => candidate.id === id);
    if (upload === undefined) return { status: 404, retryAfter: null, body: problem('upload-not-found') };
    this.sent.push(url);
    const answer = this.#complete(upload, '');
    return { status: 201, retryAfter: null, body: await answer.text() };
  }

  #page(name: string, items: readonly unknown[], call: string): Response {
    const start = Number(/cursor=(\d+)/u.exec(call)?.[1] ?? 0);
    const end = start + this.pageSize;
    const next = end < items.length ? String(end) : null;
    return response(200, JSON.stringify({ [name]: items.slice(start, end), next }));
  }

  #id(): string {
    return `upload${String(++this.#ids).padStart(18, '0')}`;
  }
}

let files = 0;

/** A stored file; its id is new. */
export function storedFile(more: Partial<StoredFile> = {}): StoredFile {
  const id = `file${String(++files).padStart(20, '0')}`;
  return {
    id,
    name: 'report.pdf',
    path: '',
    size: 120_000,
    sha256: 'a'.repeat(64),
    mediaType: 'application/pdf',
    createdAt: '2026-01-02T03:04:05.000Z',
    url: `/api/files/${id}/content`,
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
export function storedSession(more: Partial<StoredSession> = {}): StoredSession {
  return {
    id: `session${String(++files).padStart(17, '0')}`,
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
    id: `person${String(++files).padStart(18, '0')}`,
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
    id: `token${String(++files).padStart(19, '0')}`,
    name: 'nightly backup',
    scopes: ['files:read'],
    createdAt: '2026-01-02T03:04:05.000Z',
    expiresAt: null,
    lastUsedAt: null,
    ...more,
  };
}

/** An upload that the server holds in part. */
export function unfinishedUpload(more: Partial<UploadSummary> = {}): UploadSummary {
  return {
    id: `upload${String(++files).padStart(18, '9')}`,
    state: 'receiving',
    length: 12_000_000,
    received: 4_000_000,
    name: 'film.mov',
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

function problem(code: ProblemCode): string {
  if (!isProblemCode(code)) throw new Error(`There is no problem ${String(code)}.`);
  return JSON.stringify({ type: `urn:stowage:problem:${code}`, code, detail: `Detail of ${code}.`, ...PROBLEMS[code] });
}

// The document of these tests has no Response of its own; this is what the client reads of one.
function response(status: number, body: string): Response {
  const answer = { ok: status < 400, status, headers: { get: () => null }, text: async () => body };
  return answer as unknown as Response;
}
