import { type DynamicModule, Module } from '@nestjs/common';
import { ApiPageController } from './api-page.controller.js';
import type { OpenApiDocument } from './openapi-document.js';
import { OPENAPI_DOCUMENT } from './openapi.token.js';

/** Tells what the API can do. */
@Module({})
export class OpenApiModule {
  static with(document: OpenApiDocument): DynamicModule {
    return {
      module: OpenApiModule,
      controllers: [ApiPageController],
      providers: [{ provide: OPENAPI_DOCUMENT, useValue: document }],
    };
  }
}
