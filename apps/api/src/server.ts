import 'reflect-metadata';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { API_ROUTES } from './api-routes.js';
import { AppModule } from './app.module.js';
import { prepareStorage } from './blobs/filesystem/prepare-storage.js';
import { Volume } from './blobs/filesystem/volume.js';
import { VolumeLedger } from './blobs/filesystem/volume-ledger.js';
import { checkOrigin, checkPrincipal, type Door } from './identity/access.js';
import { Cookies } from './identity/cookies.js';
import { linkRoutes, publicRoutes } from './identity/permission.guard.js';
import { SessionLedger } from './identity/session-ledger.js';
import { SetUp } from './identity/set-up.js';
import { TokenLedger } from './identity/token-ledger.js';
import { UploadGrants } from './identity/upload-grants.js';
import type { Configuration } from './platform/config/configuration.js';
import { checkSchema, migrate } from './platform/database/schema.js';
import { checkDatabase } from './platform/database/settings.js';
import { answerClientErrors } from './platform/http/client-errors.js';
import { answerData } from './platform/http/data-headers.js';
import { Drain } from './platform/http/drain.js';
import { holdContinue } from './platform/http/expectations.js';
import { servePages } from './platform/http/page.js';
import { endQueuedAnswers, inTurn } from './platform/http/queued-answers.js';
import { endTraffic } from './platform/http/shutdown.js';
import { refuseWhileStopping } from './platform/http/shutting-down.js';
import { endStalledReaders } from './platform/http/stalled-readers.js';
import { StartFault } from './platform/start-fault.js';
import { Stopping } from './platform/stopping.js';
import { type Logger, NestLog } from './platform/telemetry/logger.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { addTrafficMetrics } from './platform/telemetry/traffic-metrics.js';

const PAGES = {
  portal: fileURLToPath(new URL('../web/browser', import.meta.url)),
  links: fileURLToPath(new URL('../links/browser', import.meta.url)),
};

/** A running server. */
export interface RunningServer {
  /** Where people reach it. */
  readonly url: string;
  /** Where the first account is made, within an hour; null when there is one. */
  readonly setUpLink: string | null;
  /** Stops taking requests, lets the running ones end, and closes everything; see `STOP_TIMES`. */
  stop(): Promise<void>;
}

/**
 * Starts the server: database, storage, portal and API on one port.
 * @throws StartFault with a sentence and the fix
 */
export async function startServer(configuration: Configuration, logger: Logger): Promise<RunningServer> {
  const { url } = configuration.database;
  await checkDatabase(url);
  await checkSchema(url);
  const { dataDir, adoptVolume } = configuration.storage;
  // Before the first change of database or folder: another server may be at work in either.
  const volume = await Volume.open(dataDir, adoptVolume, new VolumeLedger(url));
  try {
    await migrate(url);
    await volume.establish();
    await prepareStorage(dataDir);
    const server = await serve(configuration, logger, volume);
    return { ...server, stop: () => stopServer(server, volume, logger) };
  } catch (error) {
    await volume.close();
    throw error;
  }
}

async function stopServer(server: RunningServer, volume: Volume, logger: Logger): Promise<void> {
  try {
    await volume.announceStop().catch((error: unknown) => {
      logger.warn({ err: error }, 'the next server will not know that this one stops');
    });
    await server.stop();
  } finally {
    await volume.close();
  }
}

/** Everything that works on a volume and a schema that are as they should be. */
async function serve(configuration: Configuration, logger: Logger, volume: Volume): Promise<RunningServer> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(configuration, logger, volume), {
    bodyParser: false,
    logger: new NestLog(logger),
    abortOnError: false,
  });
  prepare(app, configuration);
  const server = app.getHttpServer();
  const drain = new Drain(server);
  let secret: string | null;
  try {
    await app.init();
    secret = await app.get(SetUp, { strict: false }).offerLink();
    await listen(server, configuration);
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = addressOf(server, configuration);
  logger.info({ url }, 'listening');
  return {
    url,
    // Behind the #, which no browser sends anywhere and no log has.
    setUpLink: secret === null ? null : `${url}/setup#${secret}`,
    stop: async () => {
      await endTraffic(app.get(Stopping, { strict: false }), drain, configuration.server.drainDelayMs);
      await app.close();
    },
  };
}

function prepare(app: NestExpressApplication, { access, server: { idleTimeoutMs } }: Configuration): void {
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', [...access.trustedProxies]);
  app.set('query parser', 'simple');
  const server = app.getHttpServer();
  // A body may take days; what ends it is silence, which its reader watches.
  server.requestTimeout = 0;
  server.headersTimeout = idleTimeoutMs;
  // Node looks for late headers every 30 s unless told otherwise, which its types do not know.
  Object.assign(server, { connectionsCheckingInterval: Math.min(30_000, idleTimeoutMs) });
  server.keepAliveTimeout = 65_000;
  answerClientErrors(server);
  holdContinue(server);
  endStalledReaders(server, idleTimeoutMs);
  endQueuedAnswers(server);
  addTrafficMetrics(app.get(Metrics, { strict: false }), server);
  app.use(inTurn);
  app.use(refuseWhileStopping(app.get(Stopping, { strict: false })));
  const door: Door = {
    access,
    cookies: app.get(Cookies, { strict: false }),
    setUp: app.get(SetUp, { strict: false }),
    sessions: app.get(SessionLedger, { strict: false }),
    tokens: app.get(TokenLedger, { strict: false }),
    grants: app.get(UploadGrants, { strict: false }),
    publicRoutes: publicRoutes(API_ROUTES),
    isLinkRoute: linkRoutes(API_ROUTES),
  };
  app.use(checkOrigin(door));
  servePages(app, PAGES, access.frameAncestors);
  app.use(answerData);
  app.use(checkPrincipal(door));
}

function listen(server: Server, { server: { port, host } }: Configuration): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenFault(error, port, host));
    });
    server.listen(port, host, resolve);
  });
}

function listenFault(error: NodeJS.ErrnoException, port: number, host: string): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new StartFault(`Port ${port} is taken by another program: stop it, or set PORT to another number.`);
    case 'EACCES':
      return new StartFault(`Port ${port} needs more rights than this user has: set PORT to 1024 or more.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartFault(`This machine has no address ${host}: correct HOST.`);
    default:
      return error;
  }
}

function addressOf(server: Server, { access, server: { host } }: Configuration): string {
  if (access.publicUrl !== null) return access.publicUrl;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // Not 127.0.0.1: features of browsers that want a secure context refuse it in places where localhost works.
  const name = ['127.0.0.1', '::1', '0.0.0.0', '::'].includes(host) ? 'localhost' : host;
  return `http://${name}:${port}`;
}
