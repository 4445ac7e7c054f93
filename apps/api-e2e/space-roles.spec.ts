// Who may do what where: every route about spaces, files and uploads, for every role and kind of principal.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileListSchema, folderSchema, uploadStatusSchema, type Scope, type SpaceRole } from '@stowage/contract';
import { z } from 'zod';
import type { Answer } from './support/http.js';
import { program, somebody, type Somebody } from './support/people.js';
import { Product } from './support/product.js';
import { BYTES, UPLOAD_ROWS, form, fresh, json, type Facts, type Row } from './support/space-rows.js';
import { newSpace, ownSpace, setRole } from './support/spaces.js';
import { storedFile } from './support/stored-file.js';
import { Visitor } from './support/visitor.js';

const PASSWORD = 'a walrus in the kitchen';
const TOKEN = 'acceptance-token-of-forty-two-characters-x';
const ROWS: readonly Row[] = [
  {
    route: 'get /api/spaces/{id}',
    needs: 'viewer',
    scope: null,
    ask: ({ space }) => ({ path: `/api/spaces/${space}` }),
  },
  {
    ...{ route: 'patch /api/spaces/{id}', needs: 'manager', scope: 'admin' },
    ask: ({ space }) => ({ path: `/api/spaces/${space}`, ask: json('PATCH', { name: `named ${fresh()}` }) }),
  },
  {
    ...{ route: 'patch /api/spaces/{id} quota', needs: 'admin', scope: 'admin' },
    ask: ({ space }) => ({ path: `/api/spaces/${space}`, ask: json('PATCH', { quota: 1_000_000 }) }),
  },
  {
    ...{ route: 'get /api/spaces/{id}/members', needs: 'viewer', scope: 'files:read' },
    ask: ({ space }) => ({ path: `/api/spaces/${space}/members` }),
  },
  {
    ...{ route: 'post /api/spaces/{id}/members', needs: 'manager', scope: 'admin' },
    ask: ({ space, other }) => ({
      path: `/api/spaces/${space}/members`,
      ask: json('POST', { name: other, role: 'manager' }),
    }),
  },
  {
    ...{ route: 'patch /api/spaces/{id}/members/{account}', needs: 'manager', scope: 'admin' },
    ask: ({ space, member }) => ({
      path: `/api/spaces/${space}/members/${member}`,
      ask: json('PATCH', { role: 'editor' }),
    }),
  },
  {
    ...{ route: 'delete /api/spaces/{id}/members/{account}', needs: 'manager', scope: 'admin' },
    ask: ({ space, member }) => ({ path: `/api/spaces/${space}/members/${member}`, ask: { method: 'DELETE' } }),
  },
  {
    ...{ route: 'get /api/files', needs: 'viewer', scope: 'files:read' },
    ask: ({ space }) => ({ path: `/api/files?space=${space}` }),
  },
  {
    ...{ route: 'get /api/files/{id}', needs: 'viewer', scope: 'files:read' },
    ask: ({ file }) => ({ path: `/api/files/${file}` }),
  },
  {
    ...{ route: 'get /api/files/{id}/content', needs: 'viewer', scope: 'files:read' },
    ask: ({ file }) => ({ path: `/api/files/${file}/content` }),
  },
  {
    ...{ route: 'head /api/files/{id}/content', needs: 'viewer', scope: 'files:read' },
    ask: ({ file }) => ({ path: `/api/files/${file}/content`, ask: { method: 'HEAD' } }),
  },
  {
    ...{ route: 'get /api/zip', needs: 'viewer', scope: 'files:read' },
    ask: ({ file }) => ({ path: `/api/zip?entries=${file}` }),
  },
  {
    ...{ route: 'head /api/zip', needs: 'viewer', scope: 'files:read' },
    ask: ({ space }) => ({ path: `/api/zip?entries=${space}`, ask: { method: 'HEAD' } }),
  },
  {
    ...{ route: 'delete /api/files/{id}', needs: 'editor', scope: 'files:write' },
    ask: ({ file }) => ({ path: `/api/files/${file}`, ask: { method: 'DELETE' } }),
  },
  {
    ...{ route: 'delete /api/files/{id} permanent', needs: 'editor', scope: 'files:write' },
    ask: ({ trashed }) => ({ path: `/api/files/${trashed}?permanent=true`, ask: { method: 'DELETE' } }),
  },
  {
    ...{ route: 'post /api/folders', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ folder }) => ({ path: '/api/folders', ask: json('POST', { parent: folder, path: `made ${fresh()}` }) }),
  },
  {
    ...{ route: 'post /api/folders root', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ space }) => ({ path: '/api/folders', ask: json('POST', { parent: space, path: `made ${fresh()}` }) }),
  },
  {
    ...{ route: 'get /api/folders/{id}', needs: 'viewer', scope: 'files:read' },
    ask: ({ folder }) => ({ path: `/api/folders/${folder}` }),
  },
  {
    ...{ route: 'get /api/folders/{id}/entries', needs: 'viewer', scope: 'files:read' },
    ask: ({ folder }) => ({ path: `/api/folders/${folder}/entries` }),
  },
  {
    ...{ route: 'get /api/folders/{id}/entries root', needs: 'viewer', scope: 'files:read' },
    ask: ({ space }) => ({ path: `/api/folders/${space}/entries` }),
  },
  {
    ...{ route: 'get /api/entries/{id}', needs: 'viewer', scope: 'files:read' },
    ask: ({ folder }) => ({ path: `/api/entries/${folder}` }),
  },
  {
    ...{ route: 'get /api/entries/{id} in the trash', needs: 'viewer', scope: 'files:read' },
    ask: ({ trashed }) => ({ path: `/api/entries/${trashed}` }),
  },
  {
    ...{ route: 'patch /api/entries/{id}', needs: 'editor', scope: 'files:write' },
    ask: ({ folder }) => ({ path: `/api/entries/${folder}`, ask: json('PATCH', { name: `named ${fresh()}` }) }),
  },
  {
    ...{ route: 'patch /api/entries/{id} move', needs: 'editor', scope: 'files:write' },
    ask: ({ file, folder }) => ({ path: `/api/entries/${file}`, ask: json('PATCH', { parent: folder }) }),
  },
  {
    ...{ route: 'delete /api/entries/{id}', needs: 'editor', scope: 'files:write' },
    ask: ({ folder }) => ({ path: `/api/entries/${folder}`, ask: { method: 'DELETE' } }),
  },
  {
    ...{ route: 'delete /api/entries/{id} permanent', needs: 'editor', scope: 'files:write' },
    ask: ({ file }) => ({ path: `/api/entries/${file}?permanent=true`, ask: { method: 'DELETE' } }),
  },
  {
    ...{ route: 'post /api/entries/{id}/restore', needs: 'editor', scope: 'files:write' },
    ask: ({ trashed }) => ({ path: `/api/entries/${trashed}/restore`, ask: { method: 'POST' } }),
  },
  {
    ...{ route: 'get /api/entries/{id}/upload-password', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ folder }) => ({ path: `/api/entries/${folder}/upload-password` }),
  },
  {
    ...{ route: 'put /api/entries/{id}/upload-password', needs: 'manager', scope: 'admin' },
    ask: ({ folder }) => ({ path: `/api/entries/${folder}/upload-password`, ask: json('PUT', { password: null }) }),
  },
  {
    ...{ route: 'get /api/spaces/{id}/trash', needs: 'viewer', scope: 'files:read' },
    ask: ({ space }) => ({ path: `/api/spaces/${space}/trash` }),
  },
  {
    ...{ route: 'delete /api/spaces/{id}/trash', needs: 'editor', scope: 'files:write' },
    ask: ({ space }) => ({ path: `/api/spaces/${space}/trash`, ask: { method: 'DELETE' } }),
  },
  {
    ...{ route: 'post /api/operations', needs: 'editor', scope: 'files:write' },
    ask: ({ file, folder }) => ({
      path: '/api/operations',
      ask: json('POST', { action: 'copy', entries: [file], to: folder, conflict: 'rename' }),
    }),
  },
  ...UPLOAD_ROWS,
];
/** What is not about one space, and where it is asked instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'get /api/spaces': 'spaces.spec.ts: tells of one’s own',
  'post /api/spaces': 'permissions.spec.ts: for admins',
  'get /api/admin/spaces': 'permissions.spec.ts: for admins',
  'delete /api/spaces/{id}/membership': 'spaces.spec.ts: whoever is a member',
  'get /api/operations': 'operations.spec.ts: one’s own',
  'get /api/operations/{id}': 'operations.spec.ts: one’s own',
  'delete /api/operations/{id}': 'operations.spec.ts: one’s own',
};

/** Somebody who asks. */
interface Kind {
  /** Of the account in the space; null: no member. */
  readonly role: SpaceRole | null;
  readonly isAdmin?: boolean;
  /** Of a program; null: somebody in a browser. */
  readonly scopes?: readonly Scope[];
  /** Whether the program is only for this space, or only for another. */
  readonly limited?: 'here' | 'elsewhere';
}
const FILES: readonly Scope[] = ['uploads:write', 'files:read', 'files:write'];
const KINDS: Readonly<Record<string, Kind>> = {
  'a viewer': { role: 'viewer' },
  'a contributor': { role: 'contributor' },
  'an editor': { role: 'editor' },
  'a manager': { role: 'manager' },
  'a member of another space': { role: null },
  'an admin who is no member': { role: null, isAdmin: true },
  'an admin who is a viewer': { role: 'viewer', isAdmin: true },
  'a program of an editor': { role: 'editor', scopes: FILES },
  'a program of a viewer': { role: 'viewer', scopes: FILES },
  'a program of a stranger': { role: null, scopes: FILES },
  'a program of an editor for this space': { role: 'editor', scopes: FILES, limited: 'here' },
  'a program of a manager for another space': { role: 'manager', scopes: FILES, limited: 'elsewhere' },
  'a program of a manager without that scope': { role: 'manager', scopes: FILES },
  'a program of an admin without that scope': { role: null, isAdmin: true, scopes: FILES },
  'a program of an admin with every scope': { role: null, isAdmin: true, scopes: [...FILES, 'admin'] },
};
const ROLES = ['viewer', 'contributor', 'editor', 'manager'] as const;

type Verdict = 'yes' | 'not-permitted' | 'not-found';

function expected({ needs, scope }: Row, kind: Kind): Verdict {
  const { scopes, limited, isAdmin = false } = kind;
  if (scopes !== undefined && scope !== null && !scopes.includes(scope)) return 'not-permitted';
  if (limited === 'elsewhere') return 'not-found';
  if (needs === 'own') return 'yes';
  const manages = isAdmin && (scopes === undefined || scopes.includes('admin'));
  const role = manages ? 'manager' : kind.role;
  if (role === null) return 'not-found';
  // A token needs the scope for it.
  if (needs === 'manager' && scopes?.includes('admin') === false) return 'not-permitted';
  if (needs === 'admin') return manages ? 'yes' : 'not-permitted';
  return ROLES.indexOf(role) >= ROLES.indexOf(needs) ? 'yes' : 'not-permitted';
}

let product: Product;
let maria: Visitor;
let space: string;
let member: Somebody;

beforeAll(async () => {
  product = new Product({ env: { STOWAGE_ADMIN_TOKEN: TOKEN } });
  await product.start();
  maria = new Visitor(product);
  await maria.setUp('Maria', PASSWORD);
  space = (await newSpace(maria, 'here')).id;
  member = await somebody(product, maria, 'a member', 'member');
});
afterAll(() => product.dispose());

/** A file in the space. */
async function file(): Promise<string> {
  return (await storedFile(maria, await maria.send('/upload', form(space)))).id;
}

/** A folder in the space. */
async function folder(): Promise<string> {
  const made = await maria.sendJson('POST', '/api/folders', { parent: space, path: `folder ${fresh()}` });
  return made.as(folderSchema).id;
}

/** A file in the trash of the space. */
async function trashed(): Promise<string> {
  const id = await file();
  expect((await maria.send(`/api/entries/${id}`, { method: 'DELETE' })).status).toBe(204);
  return id;
}

/** What is in the space. */
const things = async () => ({ file: await file(), folder: await folder(), trashed: await trashed() });

/** Makes what a row asks about, and nothing else: files are synced to the disk, and the table is long. */
async function factsFor(
  { ask }: Row,
  makers: { readonly [Name in keyof Facts]: () => Promise<string> },
): Promise<Facts> {
  const facts = Object.fromEntries(Object.keys(makers).map((name) => [name, ''])) as Record<keyof Facts, string>;
  const asked = new Set<keyof Facts>();
  const watched = new Proxy(facts, {
    get: (_, name: keyof Facts) => {
      asked.add(name);
      return name;
    },
  });
  ask(watched);
  for (const name of asked) facts[name] = await makers[name]();
  return facts;
}

/** Begins an upload into the space, and sends the first chunk; its address. */
async function begun(by: Visitor): Promise<string> {
  const wanted = { name: `half ${fresh()}`, space, length: BYTES.length, chunkSize: 5 };
  const answer = await by.sendJson('POST', '/api/uploads', wanted);
  expect(answer.status).toBe(201);
  const path = String(answer.headers.location);
  expect((await by.send(`${path}/chunks/0`, { method: 'PUT', body: BYTES.subarray(0, 5) })).status).toBe(200);
  return path;
}

/** Somebody of a kind. */
interface Person {
  readonly asks: Visitor;
  /** Another upload of their account into the space, begun before they became of their kind; its address. */
  readonly begun: () => Promise<string>;
}

async function person(kind: Kind): Promise<Person> {
  const account = await somebody(product, maria, `person ${fresh()}`, kind.isAdmin === true ? 'admin' : 'member');
  const begunBefore = async () => {
    await setRole(maria, space, account, 'editor');
    const upload = await begun(account.visitor);
    await setRole(maria, space, account, kind.role);
    return upload;
  };
  await setRole(maria, space, account, kind.role);
  if (kind.scopes === undefined) return { asks: account.visitor, begun: begunBefore };
  const spaces = { here: [space], elsewhere: [(await ownSpace(account.visitor)).id] };
  const limit = kind.limited === undefined ? null : spaces[kind.limited];
  return { asks: (await program(product, account.visitor, kind.scopes, limit)).visitor, begun: begunBefore };
}

function verdict(answer: Answer, route: string): string {
  const { status } = answer;
  if (status < 300) return 'yes';
  if (route.startsWith('head ')) return status === 404 ? 'not-found' : status === 403 ? 'not-permitted' : `${status}`;
  const { code } = answer.problem;
  // Let through: it asks what is still missing.
  if (code === 'upload-incomplete') return 'yes';
  if (status === 404) return 'not-found';
  // Of an upload of their own they know that it is there.
  return code;
}

describe('in a space', () => {
  it('is written down for every route about spaces, files and uploads', async () => {
    const { paths } = (await product.send('/api/openapi.json')).as(
      z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }),
    );
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      /^\/(upload|api\/(admin\/)?(spaces|files|folders|entries|operations|uploads|zip))/u.test(path)
        ? Object.keys(methods).map((method) => `${method} ${path}`)
        : [],
    );
    const written = new Set([...ROWS.map(({ route }) => route.split(' ', 2).join(' ')), ...Object.keys(ELSEWHERE)]);
    expect([...written].sort()).toEqual(routes.sort());
  });

  it.each(Object.entries(KINDS))('holds for %s', async (_, kind) => {
    const wrong: unknown[] = [];
    const { asks, begun: begunBefore } = await person(kind);
    const other = await somebody(product, maria, `other ${fresh()}`, 'member');
    const makers = {
      ...{ file, folder, trashed, upload: begunBefore, space: () => Promise.resolve(space) },
      member: async () => {
        await setRole(maria, space, member, 'viewer');
        return member.id;
      },
      other: async () => {
        await setRole(maria, space, other, null);
        return other.name;
      },
    };
    for (const row of ROWS) {
      const facts = await factsFor(row, makers);
      const { path, ask } = row.ask(facts);
      const got = verdict(await asks.send(path, ask), row.route);
      const isOwn = path.startsWith('/api/uploads/') && !path.endsWith('/purge');
      let want: string = expected(row, kind);
      // One’s own upload does not vanish with the role: it cannot go on.
      if (isOwn && want === 'not-found' && kind.limited !== 'elsewhere') want = 'not-permitted';
      if (got !== want) wrong.push([row.route, got, want]);
    }
    expect(wrong).toEqual([]);
  });

  it('answers for a space of others as for one that never was', async () => {
    const { asks } = await person({ role: null });
    const facts = { space, ...(await things()), upload: await begun(maria), member: member.id, other: 'a member' };
    const never = 'A'.repeat(22);
    const none = {
      ...facts,
      space: never,
      file: never,
      folder: never,
      trashed: never,
      upload: `/api/uploads/${'A'.repeat(22)}`,
    };
    const plain = ({ status, text, headers }: Answer) => [
      status,
      text.replace(/"requestId":"[^"]*"/u, ''),
      Object.keys(headers),
    ];
    for (const { route, ask } of ROWS) {
      const [foreign, missing] = [ask(facts), ask(none)];
      const answers = [await asks.send(foreign.path, foreign.ask), await asks.send(missing.path, missing.ask)];
      expect([route, plain(answers[0] as Answer)]).toEqual([route, plain(answers[1] as Answer)]);
      expect([route, answers[0]?.status]).toEqual([route, 404]);
    }
  });

  it('is what the lists tell', async () => {
    const id = await file();
    const upload = await begun(maria);
    for (const kind of Object.values(KINDS)) {
      const { asks } = await person(kind);
      if (kind.scopes !== undefined && !kind.scopes.includes('files:read')) continue;
      const listed = (await asks.send('/api/files?limit=200')).as(fileListSchema).files.some((one) => one.id === id);
      // An admin is told of other spaces when asking for them.
      expect([kind, listed]).toEqual([kind, kind.role !== null && kind.limited !== 'elsewhere']);
    }
    expect((await maria.send(upload)).as(uploadStatusSchema).upload.space).toBe(space);
  });
});
