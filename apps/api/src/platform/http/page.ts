import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** Addresses of the portal's one page. */
const PAGES = new Set([
  ...[
    '/',
    '/index',
    '/setup',
    '/password',
    '/shares',
    '/requests',
    '/settings/profile',
    '/settings/security',
    '/settings/tokens',
    '/admin/users',
    '/admin/spaces',
    '/admin/transfers',
    '/transfers',
  ],
]);
/** The same, of pages about one space. */
const PAGES_OF_SPACES = /^\/spaces\/[A-Za-z0-9_-]{22,43}(\/(members|settings|transfers|trash))?$/u;
/** The same, of pages about one upload. */
const PAGES_OF_UPLOADS = /^\/transfers\/[A-Za-z0-9_-]{22,43}$/u;
/** The same, of folders. */
const PAGES_OF_FOLDERS = /^\/files\/f\/[A-Za-z0-9_-]{22,43}$/u;

/** Pages of those who hold a link: its secret is in the address, which goes nowhere. */
const PAGES_OF_LINKS = /^\/[sr]\/[A-Za-z0-9_-]{43}$/u;

/**
 * Nothing inline: the page hands its component styles over as style sheet objects.
 * @param frameAncestors origins whose pages may have this one in a frame
 */
function contentSecurityPolicy(frameAncestors: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
    "require-trusted-types-for 'script'",
    'trusted-types angular',
  ].join('; ');
}

/** Files with a digest in their name never change. */
const HASHED = /-[A-Z0-9]{8}\.\w+$/u;

/**
 * Matches no character of any address but those of the API, which are no files. To look for one there is a call of the
 * disk, and all such calls share a few threads: a slow disk would hold up even who asks whether the server is alive.
 */
const MAY_BE_FILE = /^(?!\/(?:api|upload|healthz|readyz|metrics)(?:\/|$))/iu;

/** Folders with what was built: the portal, and the pages of those who hold a link, which are small and apart. */
export interface PageFolders {
  readonly portal: string;
  readonly links: string;
}

/**
 * Serves the built pages. What is in neither folder falls through, so that it ends as a 404 and never as a page.
 * @param frameAncestors origins whose pages may have these in a frame
 */
export function servePages(app: NestExpressApplication, folders: PageFolders, frameAncestors: readonly string[]): void {
  const policy = contentSecurityPolicy(frameAncestors);
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (!isPage(request.path) || (request.method !== 'GET' && request.method !== 'HEAD')) {
      next();
      return;
    }
    const isLink = PAGES_OF_LINKS.test(request.path);
    response.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      ...(isLink
        ? { 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' }
        : { 'Referrer-Policy': 'same-origin', 'Cache-Control': 'no-cache' }),
    });
    response.sendFile(
      'index.html',
      { root: isLink ? folders.links : folders.portal, cacheControl: false, acceptRanges: false },
      (error: Error | undefined) => {
        if (error !== undefined && !response.headersSent) next();
      },
    );
  });
  // Names of built files have a digest in them: those of both folders are apart.
  for (const folder of [folders.portal, folders.links]) serveFiles(app, folder);
}

function serveFiles(app: NestExpressApplication, folder: string): void {
  app.useStaticAssets(folder, {
    // Express takes a pattern as well, and cuts what that matches, which is nothing, off the address.
    prefix: MAY_BE_FILE as unknown as string,
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    setHeaders: (response: Response, path: string) => {
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.setHeader('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

function isPage(path: string): boolean {
  const pages = [PAGES_OF_SPACES, PAGES_OF_UPLOADS, PAGES_OF_FOLDERS, PAGES_OF_LINKS];
  return PAGES.has(path) || pages.some((known) => known.test(path));
}
