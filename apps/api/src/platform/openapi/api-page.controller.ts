import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Controller, Get, Header, Inject, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ProblemError } from '../http/problem-error.js';
import { API_PAGE_HTML, API_PAGE_POLICY, API_PAGE_SCRIPT, API_PAGE_STYLE } from './api-page.js';
import { OPENAPI_DOCUMENT } from './openapi.token.js';
import type { OpenApiDocument } from './openapi-document.js';

/** Swagger UI as npm brings it. */
const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const SWAGGER_FILES: ReadonlySet<string> = new Set(['swagger-ui.css', 'swagger-ui-bundle.js']);
const OWN_FILES: Readonly<Record<string, readonly [mediaType: string, text: string]>> = {
  'page.css': ['text/css; charset=utf-8', API_PAGE_STYLE],
  'page.js': ['text/javascript; charset=utf-8', API_PAGE_SCRIPT],
};

/** The description of the API, and a page to read and try it. */
@Controller('api')
export class ApiPageController {
  constructor(@Inject(OPENAPI_DOCUMENT) private readonly document: OpenApiDocument) {}

  @Get('openapi.json')
  @Header('Cache-Control', 'no-cache')
  openapi(): OpenApiDocument {
    return this.document;
  }

  @Get('docs')
  page(@Res() response: Response): void {
    response.set({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': API_PAGE_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
      'Cache-Control': 'no-cache',
    });
    response.end(API_PAGE_HTML);
  }

  @Get('docs/:file')
  file(@Param('file') file: string, @Res() response: Response): void {
    response.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-cache' });
    const own = Object.hasOwn(OWN_FILES, file) ? OWN_FILES[file] : undefined;
    if (own !== undefined) response.setHeader('Content-Type', own[0]).end(own[1]);
    else if (SWAGGER_FILES.has(file))
      response.sendFile(file, { root: SWAGGER_UI, cacheControl: false, acceptRanges: false });
    else throw new ProblemError('not-found', 'The page of the API has no such file.');
  }
}
