import {
  type ApiTokenList,
  type ApiTokenWish,
  type ChangePassword,
  type ChangePerson,
  type FileList,
  type CompleteUpload,
  type Invite,
  type Invited,
  type Limits,
  type LinkFacts,
  type NewApiToken,
  type PasswordLink,
  type Person,
  type PersonList,
  type PurgeUploads,
  type Purged,
  type SessionList,
  type SetUp,
  type SignIn,
  type UploadDigests,
  type UploadList,
  type UploadResult,
  type UploadScope,
  type UploadState,
  type UploadStatus,
  type UseLink,
  type WhoAsks,
  apiTokenListSchema,
  fileListSchema,
  invitedSchema,
  limitsSchema,
  linkFactsSchema,
  newApiTokenSchema,
  passwordLinkSchema,
  personListSchema,
  personSchema,
  purgedSchema,
  sessionListSchema,
  uploadDigestsSchema,
  uploadListSchema,
  uploadResultSchema,
  uploadStatusSchema,
  whoAsksSchema,
} from '@stowage/contract';
import { type AnswerSchema, type Call, type Caller, type PageQuery, search } from './api-call.js';
import { EntriesApi } from './entries-api.js';
import { LinksApi } from './links-api.js';
import { Grants } from './grants.js';
import { linkedAbort } from './linked-abort.js';
import {
  clientProblem,
  isOutOfReach,
  networkProblem,
  parseJson,
  problemFromAnswer,
  toProblem,
  wantsSignIn,
} from './problem-error.js';
import { type ServerConnection, connectTo } from './server-connection.js';
import { SpacesApi } from './spaces-api.js';

/** A call that nobody has answered for so long is given up, as one that was lost. */
const PATIENCE_MS = 120_000;

/** Which files to list. */
export interface FileQuery extends PageQuery {
  /** Id of the only space. */
  readonly space?: string;
}

/** Which uploads to list. */
export interface UploadQuery extends PageQuery {
  /** Whose; left out: one's own. */
  readonly scope?: UploadScope;
  /** Only those into this space. */
  readonly space?: string | null;
  /** Only those of this account. */
  readonly owner?: string | null;
  /** Only those that got no byte for so many seconds. */
  readonly idleFor?: number | null;
  /** Only those with this in their names. */
  readonly name?: string | null;
  /** None means all. */
  readonly states?: readonly UploadState[];
  /** The client's key of a Dropzone upload. */
  readonly dzuuid?: string;
}

/**
 * The JSON API of the server, typed. Every method rejects with a {@link ProblemError}, or with the reason of its signal.
 */
export class ApiClient {
  readonly connection: ServerConnection;
  /** What uploads go on with when nobody is signed in any more. */
  readonly grants = new Grants();
  readonly #caller: Caller = {
    read: (schema, call) => this.#read(schema, call),
    call: (call) => this.#call(call),
  };
  /** Spaces, and who is in them. */
  readonly spaces = new SpacesApi(this.#caller);
  /** Folders and files. */
  readonly entries = new EntriesApi(this.#caller);
  /** Links into spaces, and what they lead to. */
  readonly links = new LinksApi(this.#caller);

  constructor(connection: Partial<ServerConnection> = {}) {
    this.connection = connectTo(connection);
  }

  /** `GET /api/limits` */
  limits(signal?: AbortSignal): Promise<Limits> {
    return this.#read(limitsSchema, { method: 'GET', path: '/api/limits', signal });
  }

  /** `GET /api/files`, newest first: of one space, or of all that one is in. */
  listFiles(query: FileQuery = {}, signal?: AbortSignal): Promise<FileList> {
    return this.#read(fileListSchema, { method: 'GET', path: `/api/files${search({ ...query })}`, signal });
  }

  /** `DELETE /api/files/{id}`: into the trash. */
  async deleteFile(id: string): Promise<void> {
    await this.#call({ method: 'DELETE', path: `/api/files/${encodeURIComponent(id)}` });
  }

  /** `GET /api/uploads`, newest first. */
  listUploads(query: UploadQuery = {}, signal?: AbortSignal): Promise<UploadList> {
    const { states = [], ...rest } = query;
    const state = states.length === 0 ? undefined : states.join(',');
    return this.#read(uploadListSchema, { method: 'GET', path: `/api/uploads${search({ state, ...rest })}`, signal });
  }

  /** `POST /api/uploads/purge`: removes unfinished uploads that nobody goes on with, or tells what would go. */
  purgeUploads(wanted: PurgeUploads): Promise<Purged> {
    return this.#read(purgedSchema, { method: 'POST', path: '/api/uploads/purge', body: wanted });
  }

  /** `GET /api/uploads/{id}` */
  uploadStatus(id: string, signal?: AbortSignal): Promise<UploadStatus> {
    return this.#read(uploadStatusSchema, { method: 'GET', path: `/api/uploads/${encodeURIComponent(id)}`, signal });
  }

  /** `GET /api/uploads/{id}/digests`: digests of what an unfinished upload holds, from an offset on. */
  uploadDigests(id: string, from: number, signal?: AbortSignal): Promise<UploadDigests> {
    const path = `/api/uploads/${encodeURIComponent(id)}/digests${search({ from })}`;
    return this.#read(uploadDigestsSchema, { method: 'GET', path, signal });
  }

  /** `POST /api/uploads/{id}/complete`: makes the file of an upload that has all its bytes, perhaps under another name. */
  completeUpload(id: string, changes: CompleteUpload = {}, signal?: AbortSignal): Promise<UploadResult> {
    const path = `/api/uploads/${encodeURIComponent(id)}/complete`;
    return this.#read(uploadResultSchema, { method: 'POST', path, signal, body: changes });
  }

  /** `POST /api/uploads/{id}/extend`: its time to expire begins anew. */
  extendUpload(id: string): Promise<UploadStatus> {
    return this.#read(uploadStatusSchema, { method: 'POST', path: `/api/uploads/${encodeURIComponent(id)}/extend` });
  }

  /** `DELETE /api/uploads/{id}`: removes an unfinished upload and its bytes. */
  async cancelUpload(id: string): Promise<void> {
    await this.#call({ method: 'DELETE', path: `/api/uploads/${encodeURIComponent(id)}` });
  }

  /** `GET /api/session`: who this is. */
  whoAsks(): Promise<WhoAsks> {
    return this.#read(whoAsksSchema, { method: 'GET', path: '/api/session' });
  }

  /** `POST /api/setup`: makes the first account, and signs in. */
  async setUp(wanted: SetUp): Promise<WhoAsks> {
    return checked(whoAsksSchema, await this.#send({ method: 'POST', path: '/api/setup', body: wanted }));
  }

  /** `POST /api/session`: signs in. A wrong name or password is the problem `sign-in-failed`. */
  async signIn(wanted: SignIn): Promise<WhoAsks> {
    return checked(whoAsksSchema, await this.#send({ method: 'POST', path: '/api/session', body: wanted }));
  }

  /** `POST /api/session`: exchanges an access token for a cookie. A wrong token is the problem `unauthorized`. */
  async createSession(token: string): Promise<WhoAsks> {
    const headers = { authorization: `Bearer ${token}` };
    return checked(whoAsksSchema, await this.#send({ method: 'POST', path: '/api/session', headers }));
  }

  /** `DELETE /api/session`: signs out. */
  async deleteSession(): Promise<void> {
    await this.#send({ method: 'DELETE', path: '/api/session' });
  }

  /** `GET /api/sessions`: where one is signed in, the newest first. */
  listSessions(signal?: AbortSignal): Promise<SessionList> {
    return this.#read(sessionListSchema, { method: 'GET', path: '/api/sessions', signal });
  }

  /** `DELETE /api/sessions/{id}`: signs out elsewhere. */
  async endSession(id: string): Promise<void> {
    await this.#call({ method: 'DELETE', path: `/api/sessions/${encodeURIComponent(id)}` });
  }

  /** `DELETE /api/sessions`: signs out everywhere else. */
  async endOtherSessions(): Promise<void> {
    await this.#call({ method: 'DELETE', path: '/api/sessions' });
  }

  /** `PUT /api/account/password`: ends all other sessions. A wrong password is the problem `sign-in-failed`. */
  async changePassword(wanted: ChangePassword): Promise<void> {
    await this.#call({ method: 'PUT', path: '/api/account/password', body: wanted });
  }

  /** `GET /api/tokens`: one's own, the newest first. */
  listTokens(signal?: AbortSignal): Promise<ApiTokenList> {
    return this.#read(apiTokenListSchema, { method: 'GET', path: '/api/tokens', signal });
  }

  /** `POST /api/tokens`: for a program. The secret in the answer is told once. */
  createToken(wanted: ApiTokenWish): Promise<NewApiToken> {
    return this.#read(newApiTokenSchema, { method: 'POST', path: '/api/tokens', body: wanted });
  }

  /** `DELETE /api/tokens/{id}` */
  async revokeToken(id: string): Promise<void> {
    await this.#call({ method: 'DELETE', path: `/api/tokens/${encodeURIComponent(id)}` });
  }

  /** `GET /api/accounts`, by name. */
  listAccounts(query: PageQuery = {}, signal?: AbortSignal): Promise<PersonList> {
    return this.#read(personListSchema, { method: 'GET', path: `/api/accounts${search({ ...query })}`, signal });
  }

  /** `POST /api/accounts`: invites somebody. The link in the answer is told once. */
  invite(wanted: Invite): Promise<Invited> {
    return this.#read(invitedSchema, { method: 'POST', path: '/api/accounts', body: wanted });
  }

  /** `PATCH /api/accounts/{id}` */
  changeAccount(id: string, changes: ChangePerson): Promise<Person> {
    return this.#read(personSchema, {
      method: 'PATCH',
      path: `/api/accounts/${encodeURIComponent(id)}`,
      body: changes,
    });
  }

  /** `DELETE /api/accounts/{id}`: withdraws an invitation that nobody has accepted. */
  async withdrawInvitation(id: string): Promise<void> {
    await this.#call({ method: 'DELETE', path: `/api/accounts/${encodeURIComponent(id)}` });
  }

  /** `POST /api/accounts/{id}/link`: the way to a password; the former link is over. */
  makePasswordLink(id: string): Promise<PasswordLink> {
    return this.#read(passwordLinkSchema, { method: 'POST', path: `/api/accounts/${encodeURIComponent(id)}/link` });
  }

  /** `POST /api/password-links/look`: whose link it is. */
  async lookAtLink(token: string): Promise<LinkFacts> {
    const path = '/api/password-links/look';
    return checked(linkFactsSchema, await this.#send({ method: 'POST', path, body: { token } }));
  }

  /** `POST /api/password-links/use`: chooses a password, and signs in. */
  async useLink(wanted: UseLink): Promise<WhoAsks> {
    const path = '/api/password-links/use';
    return checked(whoAsksSchema, await this.#send({ method: 'POST', path, body: wanted }));
  }

  /** `GET /healthz`: true when the server answers; never rejects. */
  async isAlive(): Promise<boolean> {
    return this.#send({ method: 'GET', path: '/healthz' }).then(
      () => true,
      () => false,
    );
  }

  async #read<T>(schema: AnswerSchema<T>, call: Call): Promise<T> {
    return checked(schema, await this.#call(call));
  }

  async #call(call: Call): Promise<string> {
    const { reauthorize } = this.connection;
    const sentAt = performance.now();
    try {
      return await this.grants.use(uploadOf(call), (headers) =>
        this.#send({ ...call, headers: { ...call.headers, ...headers } }),
      );
    } catch (error) {
      const { code } = toProblem(error);
      if (!wantsSignIn(code) || reauthorize === null || !(await reauthorize(sentAt, code))) throw error;
      return this.#send(call);
    }
  }

  async #send(call: Call): Promise<string> {
    const { baseUrl, credentials, onContact } = this.connection;
    const json = call.body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { accept: 'application/json', ...json, ...this.connection.headers(), ...call.headers };
    const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
    const abort = linkedAbort(call.signal ?? new AbortController().signal);
    const timer = setTimeout(() => abort.abort(new DOMException('No answer came.', 'TimeoutError')), PATIENCE_MS);
    const answer = await this.connection
      .fetch(baseUrl + call.path, { method: call.method, headers, credentials, signal: abort.signal, ...body })
      .then(async (response) => ({ response, body: await response.text() }))
      .catch((cause: unknown) => {
        call.signal?.throwIfAborted();
        onContact(false);
        throw networkProblem(cause);
      })
      .finally(() => {
        clearTimeout(timer);
        abort.unlink();
      });
    const { ok, status, headers: received } = answer.response;
    const problem = ok
      ? null
      : problemFromAnswer({ status, retryAfter: received.get('retry-after'), body: answer.body });
    onContact(problem === null || !isOutOfReach(problem));
    if (problem !== null) throw problem;
    return answer.body;
  }
}

/** The id of the upload that a call is about; null when it is about none. */
function uploadOf({ path }: Call): string | null {
  return /^\/api\/uploads\/([\w-]+)/u.exec(path)?.[1] ?? null;
}

/** @throws ProblemError unexpected-answer */
function checked<T>(schema: AnswerSchema<T>, body: string): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw clientProblem('unexpected-answer', 'The server answered in a way that this program does not understand.', {
    cause: parsed.error,
  });
}
