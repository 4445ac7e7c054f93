import {
  folderSchema,
  invitedSchema,
  newApiTokenSchema,
  operationSchema,
  sentStatusSchema,
  uploadStatusSchema,
  type CreateUpload,
} from '@stowage/contract';
import type { Answer } from '../../support/http.js';
import { Holder, newLink, put } from '../../support/links.js';
import type { Product } from '../../support/product.js';
import { Random } from '../../support/random.js';
import { newSpace } from '../../support/spaces.js';
import { Visitor } from '../../support/visitor.js';
import { beginSending } from '../../support/file-requests.js';
import type { Marks } from './marks.js';

/** What the server takes for a token that may do everything: no request can end it, however it was changed. */
export const ADMIN_TOKEN = 'a-token-that-no-request-can-end-0';
/** Of the link and the folder that want one. */
export const PASSWORD = 'three blind mice run';
/** A file's bytes. */
export const CONTENT = new Random('fuzz content').bytes(3_000);
/** Bytes of a chunk of the uploads here. */
export const CHUNK = 100;

let made = 0;

/** Makes one of everything that requests speak of: spaces, files, uploads in every state, links, people and their secrets. */
export async function newWorld(product: Product): Promise<Marks> {
  const number = ++made;
  const admin = new Visitor(product, { Authorization: `Bearer ${ADMIN_TOKEN}` });
  const space = (await newSpace(admin, `Space ${number}`)).id;
  const folder = await newFolder(admin, space, 'folder');
  const locked = await newFolder(admin, space, 'locked');
  done(await admin.sendJson('PUT', `/api/entries/${locked}/upload-password`, { password: PASSWORD }), 204);
  const file = await put(admin, space, 'folder', 'file.bin', CONTENT);
  const trashed = await put(admin, space, 'folder', 'trashed.bin', CONTENT.subarray(1));
  done(await admin.send(`/api/files/${trashed}`, { method: 'DELETE' }), 204);
  const operation = await admin.sendJson('POST', '/api/operations', {
    ...{ action: 'copy', entries: [file], to: locked, conflict: 'rename' },
  });
  return {
    ...{ space, folder, locked, file, trashed, operation: operation.as(operationSchema).id },
    ...(await uploadsIn(admin, space)),
    ...(await linksTo(product, admin, folder)),
    ...(await peopleOf(product, admin, number)),
    port: String(product.port),
    serial: '',
  };
}

async function newFolder(admin: Visitor, parent: string, path: string): Promise<string> {
  return done(await admin.sendJson('POST', '/api/folders', { parent, path }), 201).as(folderSchema).id;
}

async function uploadsIn(admin: Visitor, space: string) {
  const begun = async (wanted: Partial<CreateUpload>) => {
    const answer = await admin.sendJson('POST', '/api/uploads', { space, ...wanted });
    return done(answer, 201).as(uploadStatusSchema).upload.id;
  };
  const chunked = await begun({ name: 'chunked', length: 10 * CHUNK, chunkSize: CHUNK });
  const chunk = { method: 'PUT', body: CONTENT.subarray(0, CHUNK) };
  done(await admin.send(`/api/uploads/${chunked}/chunks/0`, chunk), 200);
  const open = await begun({ name: 'open', length: null });
  const whole = await begun({ name: 'whole', length: CONTENT.length });
  const ended = await begun({ name: 'ended', length: 5 });
  done(await admin.send(`/api/uploads/${ended}`, { method: 'DELETE' }), 204);
  return { chunked, open, whole, ended };
}

async function linksTo(product: Product, admin: Visitor, entry: string) {
  const share = await newLink(admin, { kind: 'share', entry });
  const lockedShare = await newLink(admin, { kind: 'share', entry, password: PASSWORD });
  const request = await newLink(admin, { kind: 'request', entry });
  const holder = new Holder(product, request.slug);
  const sent = await beginSending(holder, { name: 'sent.bin', length: 10 * CHUNK, chunkSize: CHUNK });
  return {
    share: share.id,
    ...{ shareslug: share.slug, lockedslug: lockedShare.slug, requestslug: request.slug },
    sent: done(sent, 201).as(sentStatusSchema).upload.id,
  };
}

async function peopleOf(product: Product, admin: Visitor, number: number) {
  const invite = async (name: string) =>
    done(await admin.sendJson('POST', '/api/accounts', { name, role: 'admin' }), 201).as(invitedSchema);
  const [person, other] = [await invite(`Person ${number}`), await invite(`Other ${number}`)];
  const secretOf = (link: { readonly url: string }) => new URL(link.url, product.url).hash.slice(1);
  // Whatever all requests of the product have, a browser shows no token.
  const browser = new Visitor(product, { Authorization: '' });
  const token = secretOf(person.link);
  done(await browser.sendJson('POST', '/api/password-links/use', { token, password: PASSWORD }), 200);
  const wanted = { name: 'fuzz', scopes: ['files:read', 'files:write'], spaces: null, expiresAt: null };
  const program = done(await browser.sendJson('POST', '/api/tokens', wanted), 201).as(newApiTokenSchema);
  const begun = await browser.sendJson('POST', '/api/uploads', { name: 'granted', length: CONTENT.length });
  return {
    ...{ account: person.account.id, other: other.account.id, setup: secretOf(other.link) },
    ...{ session: browser.cookies.get('stowage') ?? '', device: browser.cookies.get('stowage-device') ?? '' },
    ...{ sitting: (await browser.sessions())[0]?.id ?? '', token: program.token.id, bearer: program.secret },
    grant: done(begun, 201).as(uploadStatusSchema).grant ?? '',
  };
}

function done(answer: Answer, status: number): Answer {
  if (answer.status !== status) throw new Error(`${answer.status} ${answer.text}`);
  return answer;
}
