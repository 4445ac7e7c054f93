// Files that want to be run, opened in a real browser in every way there is, by every route that serves content: none runs,
// none is shown as a document, and no other origin reads a byte.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page, Request } from 'playwright-core';
import { ApiDescription } from '../api-e2e/support/api-description.js';
import { encodeForm } from '../api-e2e/support/form.js';
import { entriesOf, newLink } from '../api-e2e/support/links.js';
import { Product } from '../api-e2e/support/product.js';
import { newSpace } from '../api-e2e/support/spaces.js';
import { until } from '../api-e2e/support/until.js';
import { Visitor } from '../api-e2e/support/visitor.js';
import { SILENT_MODES, clear, embedEverywhere, openInFrame } from './support/embedded.js';
import { hostileFiles, type HostileFile } from './support/hostile-files.js';
import { inChromium } from './support/in-chromium.js';
import { ListeningPost } from './support/listening-post.js';
import { ReverseProxy } from './support/reverse-proxy.js';

/** Addresses of the content of all files; null: nothing of what people upload. */
const ROUTES: Readonly<Record<string, (() => readonly string[]) | null>> = {
  'GET /api/files/{id}/content': () => ids.map((id) => `/api/files/${id}/content`),
  'GET /api/links/{slug}/files/{id}/content': () => ids.map((id) => `/api/links/${slug}/files/${id}/content`),
  'GET /api/zip': () => [`/api/zip?entries=${ids.join(',')}`, `/api/zip?entries=${ids[0]}`],
  'GET /api/links/{slug}/zip': () => [`/api/links/${slug}/zip`, `/api/links/${slug}/zip?entries=${ids[0]}`],
  'GET /api/docs': null,
  'GET /api/docs/{file}': null,
  'GET /metrics': null,
};

const product = new Product();
const post = new ListeningPost();
/** What stands before the server of somebody whose browser does not tell whose page asks: then only headers of the answer help. */
const old = new ReverseProxy(
  () => product.url,
  (request) => {
    const kept = Object.entries(request.headers).filter(
      ([header]) => header !== 'origin' && !header.startsWith('sec-'),
    );
    request.headers = Object.fromEntries(kept);
    return false;
  },
);
/** The same host as that of the page, so that cookies go along. */
const oldUrl = (): string => old.url.replace('localhost', '127.0.0.1');
let maria: Visitor;
let files: readonly HostileFile[];
let slug: string;
let ids: readonly string[];

beforeAll(async () => {
  await Promise.all([product.start(), post.start(), old.start()]);
  maria = new Visitor(product);
  await maria.setUp('Maria', 'a walrus in the kitchen');
  const space = (await newSpace(maria, 'Hostile')).id;
  files = hostileFiles(post.url);
  for (const { name, type, content } of files) {
    const { contentType, body } = encodeForm([
      { name: 'space', value: space },
      { name: 'file', value: content, fileName: name, type },
    ]);
    await maria.send('/upload', { method: 'POST', headers: { 'Content-Type': contentType }, body });
    // Served by somebody careless, for the test to see that it would notice.
    post.pages.set(`/careless/${name}`, { headers: { 'Content-Type': type }, body: content });
  }
  post.pages.set('/', { headers: { 'Content-Type': 'text/html' }, body: '<!doctype html><title>Another page</title>' });
  const done = `<script>fetch('/done')</script>`;
  post.pages.set('/last', { headers: { 'Content-Type': 'text/html' }, body: done });
  ids = (await entriesOf(maria, space)).map(({ id }) => id);
  expect(ids).toHaveLength(files.length);
  ({ slug } = await newLink(maria, { kind: 'share', entry: space }));
});
afterAll(async () => {
  await Promise.all([post.stop(), old.stop()]);
  await product.dispose();
});

/** A browser in which Maria has signed in. */
function signedIn(options: BrowserContextOptions = {}): BrowserContextOptions {
  const facts = { domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true, secure: false };
  const cookies = Array.from(maria.cookies, ([name, value]) => ({
    name,
    value,
    ...facts,
    sameSite: 'Strict' as const,
  }));
  return { ...options, storageState: { cookies, origins: [] } };
}

/** What the files have told; nothing of the test itself. */
const told = (): string[] => post.take().filter((path) => path.startsWith('/ran'));

/** A page that opens addresses inside of itself, and knows when all of them have been answered. */
class Opener {
  private answered = 0;
  private address = '';

  constructor(
    private readonly page: Page,
    private readonly server = product.url,
  ) {
    page.on('response', (response) => {
      this.count(response.request());
    });
    page.on('requestfailed', (request) => {
      this.count(request);
    });
  }

  /** Opens an address in every way; what the page learns of each, and what frames have become of it. */
  async open(path: string): Promise<Readonly<Record<string, string>>> {
    this.answered = 0;
    this.address = `${this.server}${path}`;
    const outcomes = await embedEverywhere(this.page, this.address);
    await until('the frames were answered', () => this.answered >= SILENT_MODES.length);
    // Whatever runs has done so before a frame that was opened after all of them.
    await openInFrame(this.page, `${post.url}/last`);
    await until('the last frame runs', () => post.heard.includes('/done'));
    const frames = this.page.frames().filter((frame) => frame.url() === this.address);
    await clear(this.page);
    const heard = Object.entries(outcomes).filter(([mode]) => !SILENT_MODES.some((silent) => silent === mode));
    return { ...Object.fromEntries(heard), frames: frames.length === 0 ? 'no document' : 'a document' };
  }

  private count(request: Request): void {
    if (request.url() === this.address && !HEARD_OF.has(request.resourceType())) this.answered++;
  }
}

/** Frames tell a page nothing but that they are there. */
const REFUSED_EVERYWHERE = {
  ...{ image: 'refused', script: 'refused', module: 'refused', style: 'refused', video: 'refused' },
  ...{ worker: 'refused', service: 'refused', plain: 'refused', opaque: 'refused' },
  frames: 'no document',
};

/** Kinds of requests that the page itself hears the end of. */
const HEARD_OF: ReadonlySet<string> = new Set(['fetch', 'image', 'script', 'stylesheet', 'media']);
const routes = Object.entries(ROUTES).flatMap(([route, at]) => (at === null ? [] : [[route, at] as const]));

describe('the routes that answer something else than JSON', () => {
  it('are all looked at here', async () => {
    const found = (await ApiDescription.of(product)).routes.filter(
      ({ method, operation }) =>
        method === 'GET' &&
        Object.keys(operation.responses[200]?.content ?? {}).some((type) => type !== 'application/json'),
    );
    expect(found.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(ROUTES).sort());
  });
});

inChromium('a file that wants to be run', (browsing) => {
  /** Pages that were to go wrong complain; what comes late does so before they are closed. */
  const closeAll = async (): Promise<void> => {
    await browsing.closePages();
    browsing.takeComplaints();
  };

  it('is run when somebody careless serves it: the test would notice', async () => {
    const page = await browsing.open(`${post.url}/`);
    for (const { name } of files.filter(({ runs }) => runs)) {
      await embedEverywhere(page, `${post.url}/careless/${name}`);
      await until(`${name} has run`, () => post.heard.some((path) => path.includes(`from=${name}&how=fetch`)));
      post.take();
    }
    // As script, too, whatever else they are.
    for (const name of ['code.js', 'module.mjs', 'style.css']) {
      await embedEverywhere(page, `${post.url}/careless/${name}`);
      await until(`${name} was used`, () => post.heard.some((path) => path.includes(`from=${name}`)));
      post.take();
    }
    await closeAll();
  });

  describe.each([
    ['refused', () => product.url, 3],
    ['answered, since an old browser does not tell who asks,', oldUrl, undefined],
  ] as const)('by another origin, %s', (_, server, most) => {
    it.each(routes)('is not run nor read: %s', async (_route, addresses) => {
      const opener = new Opener(await browsing.open(`${post.url}/`, signedIn()), server());
      for (const address of addresses().slice(0, most)) {
        const outcomes = await opener.open(address);
        expect([address, outcomes]).toEqual([address, REFUSED_EVERYWHERE]);
        expect([address, told()]).toEqual([address, []]);
      }
      // Frames of ours are refused with a word in the log.
      await closeAll();
    });
  });

  it.each(routes)('is not run by a page of the same origin: %s', async (_, addresses) => {
    // Without the page's own policy, which would not let it be tried.
    const page = await browsing.open(`${product.url}/healthz`, signedIn({ bypassCSP: true }));
    const opener = new Opener(page);
    for (const address of addresses()) {
      const { frames, script, module, style, worker, service } = await opener.open(address);
      expect([address, frames]).toEqual([address, 'no document']);
      expect([address, script, module, style, worker, service]).toEqual([address, ...Array<string>(5).fill('refused')]);
      expect([address, told()]).toEqual([address, []]);
    }
    expect(await page.evaluate('document.cookie')).toBe('');
    await closeAll();
  });

  it.each(routes)('is saved when somebody goes to it: %s', async (_, addresses) => {
    const page = await browsing.open(`${product.url}/healthz`, signedIn());
    for (const address of addresses()) {
      const downloading = page.waitForEvent('download');
      await page.goto(`${product.url}${address}`).catch(() => undefined);
      await (await downloading).delete();
      expect([address, page.url()]).toEqual([address, `${product.url}/healthz`]);
      expect([address, told()]).toEqual([address, []]);
    }
  });
});
