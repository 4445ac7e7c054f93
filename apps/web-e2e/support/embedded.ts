import type { Page } from 'playwright-core';

/** Ways that a page makes a browser open an address inside of it, and how it learns that this is over. */
const EMBED = `async (address) => {
  const outcomes = {};
  const told = (mode, work) => new Promise((resolve) => {
    // An attachment in a frame becomes a download, and no event tells: whoever asks counts the answers of the server.
    const timeless = ['iframe', 'sandboxed', 'object', 'embed', 'opened'].includes(mode);
    work((outcome) => { outcomes[mode] = outcome; resolve(); });
    if (timeless) { outcomes[mode] = outcomes[mode] ?? 'silent'; resolve(); }
  });
  const element = (tag, attributes) => (done) => {
    const made = document.createElement(tag);
    made.onload = () => done(tag === 'iframe' ? 'document' : 'loaded');
    made.onerror = () => done('refused');
    if ('onloadedmetadata' in made) made.onloadedmetadata = () => done('loaded');
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    document.documentElement.append(made);
  };
  const asked = (options) => (done) => fetch(address, options).then(
    async (answer) => done(answer.type === 'opaque' ? 'opaque' : 'read ' + (await answer.text()).length), () => done('refused'));
  const all = {
    iframe: element('iframe', { src: address }),
    sandboxed: element('iframe', { src: address, sandbox: 'allow-scripts allow-same-origin' }),
    object: element('object', { data: address }),
    embed: element('embed', { src: address }),
    image: element('img', { src: address }),
    script: element('script', { src: address }),
    module: element('script', { src: address, type: 'module' }),
    style: element('link', { href: address, rel: 'stylesheet' }),
    video: element('video', { src: address }),
    worker: (done) => { try { const made = new Worker(address); made.onerror = () => done('refused'); made.onmessage = () => done('ran'); } catch { done('refused'); } },
    service: (done) => navigator.serviceWorker === undefined ? done('refused')
      : navigator.serviceWorker.register(address).then(() => done('ran'), () => done('refused')),
    plain: asked({ credentials: 'include' }),
    opaque: asked({ credentials: 'include', mode: 'no-cors' }),
  };
  await Promise.all(Object.entries(all).map(([mode, work]) => told(mode, work)));
  return outcomes;
}`;

/** How often the address is asked for by frames, of which no event tells. */
export const SILENT_MODES = ['iframe', 'sandboxed', 'object', 'embed'] as const;

/** Opens an address inside of a page in every way there is; what the page learns of each. */
export function embedEverywhere(page: Page, address: string): Promise<Readonly<Record<string, string>>> {
  return page.evaluate(`(${EMBED})(${JSON.stringify(address)})`);
}

/** Opens an address in a frame of a page, and does not wait. */
export async function openInFrame(page: Page, address: string): Promise<void> {
  const frame = `Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(address)} })`;
  await page.evaluate(`document.documentElement.append(${frame})`);
}

/** Takes away all that was opened inside of a page. */
export async function clear(page: Page): Promise<void> {
  const all = 'iframe, object, embed, img, script, link, video';
  await page.evaluate(`for (const made of document.querySelectorAll('${all}')) made.remove()`);
}
