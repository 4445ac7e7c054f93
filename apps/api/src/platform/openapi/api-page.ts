/** What the page loads nothing but its own files by: no inline script or style, nothing from elsewhere. */
export const API_PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // The style sheet of Swagger UI has its icons as data.
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Where the page is. */
export const API_PAGE_URL = '/api/docs';

/** Where the document is. */
export const OPENAPI_URL = '/api/openapi.json';

/** True for the addresses of the document and of the page that shows it: they tell nothing of anybody's. */
export function isApiPage(path: string): boolean {
  return path === OPENAPI_URL || path === API_PAGE_URL || path.startsWith(`${API_PAGE_URL}/`);
}

/** The page: Swagger UI on the document. */
export const API_PAGE_HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Stowage API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${API_PAGE_URL}/swagger-ui.css" />
    <link rel="stylesheet" href="${API_PAGE_URL}/page.css" />
  </head>
  <body>
    <nav aria-label="Stowage"><a href="/">Stowage</a> <a href="${OPENAPI_URL}">openapi.json</a></nav>
    <main id="api"><noscript>This page needs JavaScript. The document itself is openapi.json, linked above.</noscript></main>
    <script src="${API_PAGE_URL}/swagger-ui-bundle.js"></script>
    <script src="${API_PAGE_URL}/page.js"></script>
  </body>
</html>
`;

/** Starts Swagger UI; no validator, which would send the document to somebody else. */
export const API_PAGE_SCRIPT = `'use strict';
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
SwaggerUIBundle({
  url: '${OPENAPI_URL}',
  dom_id: '#api',
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
});
`;

/** Small corrections: a bar that leads home, and a focus that can be seen. */
export const API_PAGE_STYLE = `body { margin: 0; background: #fff; font-family: system-ui, sans-serif; }
nav { display: flex; gap: 1.5rem; padding: 0.75rem 1.25rem; border-bottom: 1px solid #d8dee6; }
nav a { color: #1d4ed8; }
nav a:first-child { color: inherit; font-weight: 600; text-decoration: none; }
noscript { display: block; padding: 1.25rem; }
.swagger-ui :focus-visible, nav a:focus-visible { outline: 2px solid #1d4ed8; outline-offset: 2px; }
html.dark-mode body { background: #1c2022; color: #e4e6e6; }
html.dark-mode nav { border-color: #3b4151; }
html.dark-mode nav a:not(:first-child) { color: #93b4ff; }
html.dark-mode .swagger-ui :focus-visible, html.dark-mode nav a:focus-visible { outline-color: #93b4ff; }
`;
