import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newHome, removeHome, type Home } from '../test/engine.js';
import { testLog } from '../test/test-log.js';
import { API_ROUTES } from './api-routes.js';
import { AppModule } from './app.module.js';
import { prepareStorage } from './blobs/filesystem/prepare-storage.js';
import { Volume } from './blobs/filesystem/volume.js';
import { VolumeLedger } from './blobs/filesystem/volume-ledger.js';
import { parseConfiguration } from './platform/config/configuration.js';
import { NestLog } from './platform/telemetry/logger.js';

// Real: the whole application as it runs, with its database and its folder; only nobody listens.
let home: Home;
let volume: Volume;
let app: NestExpressApplication;

beforeAll(async () => {
  home = await newHome();
  const { logger } = testLog();
  volume = await Volume.open(home.folder, null, new VolumeLedger(home.url));
  await volume.establish();
  await prepareStorage(home.folder);
  const configuration = parseConfiguration({ DATABASE_URL: home.url, STOWAGE_DATA_DIR: home.folder });
  app = await NestFactory.create<NestExpressApplication>(AppModule.with(configuration, logger, volume), {
    bodyParser: false,
    logger: new NestLog(logger),
    abortOnError: false,
  });
  await app.init();
});

afterAll(async () => {
  await app.close();
  await volume.close();
  await removeHome(home);
});

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

/** `get /api/files/{id}` for every route that Express has. */
function routes(): string[] {
  const { router } = app.getHttpAdapter().getInstance() as unknown as {
    readonly router: { readonly stack: readonly Layer[] };
  };
  return router.stack.flatMap(({ route }) =>
    route === undefined
      ? []
      : Object.keys(route.methods).map((method) => `${method} ${route.path.replace(/:(\w+)/gu, '{$1}')}`),
  );
}

describe('the description of the API', () => {
  it('has every route of the application, and no other', () => {
    const described = API_ROUTES.map(({ method, path }) => `${method} ${path}`);
    // Express answers HEAD wherever there is a GET.
    const heads = described.filter((route) => route.startsWith('head '));
    for (const head of heads) expect(described).toContain(head.replace('head', 'get'));
    expect(described.filter((route) => !heads.includes(route)).sort()).toEqual(routes().sort());
  });
});
