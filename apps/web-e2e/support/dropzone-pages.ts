import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pages } from './reverse-proxy.js';

const MODULES = new URL('../../../node_modules/', import.meta.url);
const TYPES: Readonly<Record<string, string>> = { '.css': 'text/css', '.js': 'text/javascript' };

/**
 * The page of the tutorial as it is printed there, options included; only the addresses of its style sheets and script
 * lead to the same release here instead of a CDN.
 */
export const TUTORIAL_PAGE = `<!doctype html>
<html lang="en">
<head>

    <meta charset="UTF-8">

    <link rel="stylesheet" 
     href="/dropzone-5.4.0/dist/min/dropzone.min.css"/>

    <link rel="stylesheet" 
     href="/dropzone-5.4.0/dist/min/basic.min.css"/>

    <script type="application/javascript" 
     src="/dropzone-5.4.0/dist/min/dropzone.min.js">
    </script>

    <title>File Dropper</title>
</head>
<body>

<form method="POST" action='/upload' class="dropzone dz-clickable" 
      id="dropper" enctype="multipart/form-data">
</form>

<script type="application/javascript">
    Dropzone.options.dropper = {
        paramName: 'file',
        chunking: true,
        forceChunking: true,
        url: '/upload',
        maxFilesize: 1025, // megabytes
        chunkSize: 1000000 // bytes
    }
</script>

</body>
</html>`;

/** The same form with the newest release, which finds no forms by itself: dozens of chunks, several at once, retries. */
export const MODERN_PAGE = `<!doctype html>
<html lang="en">
<head>
    <meta charset="UTF-8">
    <link rel="stylesheet" href="/dropzone-6.3.5/dist/dropzone.css"/>
    <script src="/dropzone-6.3.5/dist/dropzone-min.js"></script>
    <title>File Dropper</title>
</head>
<body>
<form action="/upload" class="dropzone" id="dropper"></form>
<script>
    new Dropzone('#dropper', {
        chunking: true,
        forceChunking: true,
        chunkSize: 100000,
        parallelChunkUploads: true,
        retryChunks: true,
        maxFilesize: 1025
    })
</script>
</body>
</html>`;

const PAGES: Readonly<Record<string, string>> = {
  '/tutorial': TUTORIAL_PAGE,
  '/modern': MODERN_PAGE,
  // A page whose numbers are wrong: it says a byte more than the file has.
  '/miscounting': TUTORIAL_PAGE.replace(
    "url: '/upload',",
    `url: '/upload',
        params: (files, xhr, chunk) => ({
            dzuuid: chunk.file.upload.uuid,
            dzchunkindex: chunk.index,
            dztotalfilesize: chunk.file.size + 1,
            dzchunksize: 1000000,
            dztotalchunkcount: chunk.file.upload.totalChunkCount,
            dzchunkbyteoffset: chunk.index * 1000000
        }),`,
  ),
};

/** Serves the pages above and the two releases of Dropzone, unmodified. */
export const dropzonePages: Pages = (request, response) => {
  const path = request.url ?? '';
  const page = PAGES[path];
  if (page !== undefined) {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page);
    return true;
  }
  if (!/^\/dropzone-[\d.]+\/dist\/[\w./-]+\.(css|js)$/u.test(path)) return false;
  const file = readFileSync(fileURLToPath(new URL(`.${path}`, MODULES)));
  response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? '' }).end(file);
  return true;
};
