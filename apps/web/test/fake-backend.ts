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
  type PurgeUploads,
  type StoredFile,
  type Session as StoredSession,
  type UploadSummary,
  type WhoAsks,
} from '@stowage/contract';
import { Connection } from '../src/app/session/connection.js';
import { API } from '../src/app/session/server.js';
import { UPLOADS } from '../src/app/session/uploads.js';
import { Session } from '../src/app/session/session.js';
import { UploadPasswordKeeper } from '../src/app/upload/upload-password-keeper.js';
import { pageOf, problem, response } from './fake-answers.js';
import { FakeLinks } from './fake-links.js';
import { FakeSpaces } from './fake-spaces.js';
import { FakeTree } from './fake-tree.js';
import { SPACE, storedFile, storedPerson, storedToken } from './stored-things.js';

export {
  MARIA,
  SPACE,
  storedFile,
  storedFolder,
  storedMember,
  storedPerson,
  storedSession,
  storedSpace,
  storedToken,
  unfinishedUpload,
} from './stored-things.js';

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
  readonly links = new FakeLinks();
  readonly spaces = new FakeSpaces(() => this.files);
  readonly tree = new FakeTree({ read: () => this.files, write: (files) => (this.files = files) }, () =>
    this.spaces.roots(),
  );
  /** What links for a password are for. They are Maria's. */
  linkKind: 'invitation' | 'reset' = 'invitation';
  pageSize = 50;
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
        useFactory: (api: ApiClient, passwords: UploadPasswordKeeper) =>
          new UploadQueue(uploadContext(api, { transport: this, passwords })),
        deps: [API, UploadPasswordKeeper],
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
    const space = field('space') === '' ? SPACE : field('space');
    const place = this.tree.inside(field('folder') === '' ? space : field('folder'), field('path'));
    const file = storedFile({ name: field('name'), space, ...place, size: Number(field('dztotalfilesize')) });
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
    const ofLinks = this.links.answer(call, body, this.pageSize);
    if (ofLinks !== null) {
      if (typeof body === 'string') this.wishes.push(body);
      return ofLinks;
    }
    const ofTree = this.tree.answer(call, body, this.pageSize);
    if (ofTree !== null) {
      if (typeof body === 'string') this.wishes.push(body);
      return ofTree;
    }
    if (call.includes('/spaces')) {
      if (typeof body === 'string') this.wishes.push(body);
      return this.spaces.answer(call, body, this.pageSize);
    }
    if (call.startsWith('GET /api/files')) {
      const space = /space=([^&]+)/u.exec(call)?.[1];
      return this.#page(
        'files',
        this.files.filter((file) => file.space === space),
        call,
      );
    }
    if (call === 'POST /api/uploads/purge') return this.#purge(body);
    const one = /^(\w+) \/api\/uploads\/([^/?]+)\/?([a-z]*)/u.exec(call);
    if (one !== null && !call.startsWith('DELETE')) return this.#ofUpload(one[2] ?? '', one[3] ?? '', body);
    if (call.startsWith('GET /api/uploads')) return this.#listUploads(call);
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
    const name = body.includes('rename') ? `${upload.name} (1)` : upload.name;
    const file = storedFile({ name, path: upload.path, space: upload.space });
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

  // Whose uploads are meant does not matter here: all of them are.
  #listUploads(call: string): Response {
    const { searchParams } = new URL(call.slice('GET '.length), 'http://server');
    const states = searchParams.get('state')?.split(',') ?? [];
    const found = this.uploads.filter(
      ({ state, name, space }) =>
        (states.length === 0 || states.includes(state)) &&
        name.includes(searchParams.get('name') ?? '') &&
        space.includes(searchParams.get('space') ?? ''),
    );
    const bytes = found.reduce((sum, { state, received }) => sum + (state === 'receiving' ? received : 0), 0);
    return pageOf('uploads', found, call, this.pageSize, { total: found.length, bytes });
  }

  // What is being sent stays.
  #purge(body: unknown): Response {
    if (typeof body !== 'string') return response(400, problem('invalid-request'));
    this.wishes.push(body);
    const { dryRun } = JSON.parse(body) as PurgeUploads;
    const waiting = this.uploads.filter(({ state, active }) => state === 'receiving' && !active);
    const [matched, bytes] = [waiting.length, waiting.reduce((sum, { received }) => sum + received, 0)];
    const kept = this.uploads.filter(({ active }) => active).length;
    const gone = dryRun ? { removed: 0, freed: 0 } : { removed: matched, freed: bytes };
    if (!dryRun) this.uploads = this.uploads.filter((upload) => !waiting.includes(upload));
    return response(200, JSON.stringify({ dryRun, matched, bytes, ...gone, kept, more: false }));
  }

  #page(name: string, items: readonly unknown[], call: string): Response {
    return pageOf(name, items, call, this.pageSize);
  }

  #id(): string {
    return `upload${String(++this.#ids).padStart(18, '0')}`;
  }
}
