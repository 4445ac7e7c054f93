import { createHash } from 'node:crypto';
import { DropzoneUpload } from '../../support/dropzone.js';
import { encodeForm, type Part } from '../../support/form.js';
import { basicPassword } from '../../support/links.js';
import { contentDigest } from '../../support/rest.js';
import { mark } from './marks.js';
import { withLength, type FuzzRequest } from './request.js';
import { ADMIN_TOKEN, CHUNK, CONTENT, PASSWORD } from './world.js';

/** A valid request, by what it is. */
export interface Seed {
  readonly name: string;
  readonly request: FuzzRequest;
}

type Headers = FuzzRequest['headers'];

/** Who asks: a program that may do everything, a person's browser, another program, nobody. */
export const BEARER: Headers = [['Authorization', `Bearer ${ADMIN_TOKEN}`]];
const BROWSER: Headers = [
  ['Cookie', `stowage=${mark('session')}; stowage-device=${mark('device')}`],
  ['Origin', `http://localhost:${mark('port')}`],
];
const BOUNDARY = '----WebKitFormBoundaryAb3dEf6hIj9lMn2p';
const JSON_TYPE: Headers = [['Content-Type', 'application/json']];
const chunk = (index: number) => CONTENT.subarray(index * CHUNK, (index + 1) * CHUNK);
const SERIAL = mark('serial');

/** Of whoever has set up the server. */
export const MARIAS = 'a walrus in the kitchen';

/** A request with what each has, and its length. */
export function seed(name: string, line: string, headers: Headers = [], body: Buffer | string = ''): Seed {
  const [method = '', target = ''] = line.split(' ');
  const all: Headers = [['Host', `localhost:${mark('port')}`], ...headers, ['Connection', 'close']];
  const request = withLength({ method, target, headers: all, body: Buffer.from(body) });
  return { name, request };
}

/** One with a body in JSON. */
export function jsonSeed(name: string, line: string, value: unknown, headers: Headers = BEARER): Seed {
  return seed(name, line, [...headers, ...JSON_TYPE], JSON.stringify(value));
}

function form(name: string, line: string, parts: readonly Part[], headers: Headers = BEARER): Seed {
  const { contentType, body } = encodeForm(parts, BOUNDARY);
  return seed(name, line, [...headers, ['Content-Type', contentType]], body);
}

function dropzone(index: number, fields: Readonly<Record<string, string>> = {}): Part[] {
  const source = { name: `d${SERIAL}.bin`, content: CONTENT.subarray(0, 3 * CHUNK), chunkSize: CHUNK, fields };
  // Nothing is sent by it.
  return new DropzoneUpload(undefined as never, { ...source, uuid: `8e03978e-40d5-43e8-bc93-${SERIAL}` }).parts(index);
}

const file = (name: string, value: Buffer | string = CONTENT, type = 'image/png'): Part => ({
  ...{ name: 'file', fileName: name, value, type },
});
const field = (name: string, value: string): Part => ({ name, value });

const FORMS: readonly Seed[] = [
  form('first chunk of a form', 'POST /upload', dropzone(0, { space: mark('space') })),
  form('last chunk of a form', 'POST /upload', dropzone(2, { path: 'a/b', folder: mark('folder') })),
  form('chunk in a browser', 'POST /upload', dropzone(1), BROWSER),
  form('chunk for an upload', `POST /uploads/${mark('chunked')}`, [
    ...[field('dzchunkindex', '3'), field('dzchunkbyteoffset', String(3 * CHUNK)), field('dzchunksize', String(CHUNK))],
    ...[field('dztotalchunkcount', '10'), field('dztotalfilesize', String(10 * CHUNK)), file('x', chunk(3))],
  ]),
  form('plain form', 'POST /upload', [field('space', mark('space')), field('path', 'a'), file(`p${SERIAL}.png`)]),
  form('plain form with every field', 'POST /uploads', [
    ...[field('name', `ü ${SERIAL} 😀.txt`), field('space', mark('space')), field('conflict', 'rename')],
    ...[field('folder', mark('locked')), field('password', PASSWORD), field('sha256', sha256(CONTENT))],
    file('e"\r\nvil.bin'),
  ]),
  form('plain form without a name', 'POST /upload', [file('')], BROWSER),
  form('form of a request', `POST /r/${mark('requestslug')}/upload`, [field('sender', 'Adam'), file(`r${SERIAL}`)], []),
  form('chunk of a request', `POST /r/${mark('requestslug')}/upload`, dropzone(0), []),
];

const bytesOfChunk = (index: number, more: Headers = []): Headers => [
  ...[['Content-Type', 'application/octet-stream'] as const, ...more],
  ...Object.entries(contentDigest(chunk(index))),
];
const range = (index: number): Headers => [
  ['Content-Range', `bytes ${index * CHUNK}-${(index + 1) * CHUNK - 1}/${10 * CHUNK}`],
];
const wanted = { space: mark('space'), name: `u${SERIAL}.bin`, path: 'x/y', length: 10 * CHUNK, chunkSize: CHUNK };
const [chunked, open, sent] = [mark('chunked'), mark('open'), `/r/${mark('requestslug')}/uploads/${mark('sent')}`];

const REST: readonly Seed[] = [
  jsonSeed('new upload', 'POST /api/uploads', { ...wanted, mediaType: 'image/png', sha256: sha256(CONTENT) }, [
    ...[...BEARER, ['Idempotency-Key', `"key-of-an-upload-${SERIAL}"`] as const],
  ]),
  jsonSeed('new upload with a password', 'POST /api/uploads', { ...wanted, length: null, folder: mark('locked') }, [
    ...[...BROWSER, ['Stowage-Upload-Password', PASSWORD] as const],
  ]),
  jsonSeed('new upload of nothing', 'POST /api/uploads', { ...wanted, length: 0, conflict: 'replace' }),
  seed('chunk', `PUT /api/uploads/${chunked}/chunks/1`, [...BEARER, ...bytesOfChunk(1)], chunk(1)),
  seed('chunk again', `PUT /api/uploads/${chunked}/chunks/0`, BEARER, chunk(0)),
  seed('range', `PUT /api/uploads/${chunked}/bytes`, [...BEARER, ...bytesOfChunk(2, range(2))], chunk(2)),
  seed(
    'range of the whole',
    `PUT /api/uploads/${mark('whole')}/bytes`,
    [
      ...[
        ...BEARER,
        ['Content-Range', `bytes 0-${CONTENT.length - 1}/*`] as const,
        ['Expect', '100-continue'] as const,
      ],
    ],
    CONTENT,
  ),
  seed('append', `PATCH /api/uploads/${open}`, [...BEARER, ['Upload-Offset', '0']], chunk(0)),
  seed(
    'append with a digest',
    `PATCH /api/uploads/${open}`,
    [...[...BEARER, ['Upload-Offset', String(CHUNK)] as const, ...Object.entries(contentDigest(chunk(1), 'sha-512'))]],
    chunk(1),
  ),
  seed(
    'append with a grant',
    `PATCH /api/uploads/${mark('whole')}`,
    [...[['Authorization', `Bearer ${mark('grant')}`] as const, ['Upload-Offset', '0'] as const]],
    CONTENT,
  ),
  seed('status by a program', `GET /api/uploads/${chunked}`, [['Authorization', `Bearer ${mark('bearer')}`]]),
  jsonSeed('end of an upload', `POST /api/uploads/${open}/complete`, { name: `c${SERIAL}`, conflict: 'rename' }),
  seed('chunk for a request', `PUT ${sent}/chunks/1`, bytesOfChunk(1), chunk(1)),
  seed('range for a request', `PUT ${sent}/bytes`, bytesOfChunk(2, range(2)), chunk(2)),
  seed('append for a request', `PATCH ${sent}`, [['Upload-Offset', '0'], ...bytesOfChunk(0)], chunk(0)),
];

const content = `/api/files/${mark('file')}/content`;
const READS: readonly Seed[] = [
  seed('range of a file', `GET ${content}`, [
    ...[...BEARER, ['Range', 'bytes=0-99,200-299,-5'] as const, ['If-Range', `"${sha256(CONTENT)}"`] as const],
  ]),
  seed('one range of a file', `GET ${content}`, [...BROWSER, ['Range', 'bytes=100-']]),
  seed('file unless known', `GET ${content}?damaged=accept`, [
    ...[...BEARER, ['If-None-Match', `W/"x", "${sha256(CONTENT)}"`] as const],
    ...[['Want-Repr-Digest', 'sha-256=10, sha-512=3'] as const],
  ]),
  seed('head of a file', `HEAD ${content}`, [...BEARER, ['Range', 'bytes=0-0']]),
  seed('shared file', `GET /api/links/${mark('shareslug')}/files/${mark('file')}/content`, [['Range', 'bytes=-10']]),
  seed('locked share', `GET /api/links/${mark('lockedslug')}/entries`, [
    ...Object.entries(basicPassword(PASSWORD)),
    ['Cookie', `stowage-link-${'A'.repeat(16)}=${mark('session')}; a="b"; =; $Version=1`],
  ]),
  seed('zip', `GET /api/zip?entries=${mark('folder')},${mark('file')}`, BEARER),
  seed('lists by everything', `GET /api/uploads?scope=all&space=${mark('space')}&state=receiving&limit=5`, BEARER),
  seed('page of entries', `GET /api/folders/${mark('folder')}/entries?sort=size&order=desc&limit=1`, BROWSER),
  seed('portal', 'GET /', BROWSER),
  seed('page of a share', `GET /s/${mark('shareslug')}`),
  seed('preflight', 'OPTIONS /upload', [
    ...[['Origin', 'https://app.example.org'] as const, ['Access-Control-Request-Method', 'POST'] as const],
  ]),
  jsonSeed('sign-in', 'POST /api/session', { name: 'Maria', password: MARIAS }, [
    ['Cookie', `stowage-device=${mark('device')}`],
  ]),
  seed('who asks', 'GET /api/session', BROWSER),
];

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Valid requests in the ways in which clients of each wire send them. */
export const WIRE_SEEDS: readonly Seed[] = [...FORMS, ...REST, ...READS];
