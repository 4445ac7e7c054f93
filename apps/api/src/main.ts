import { ConfigurationFault } from './platform/config/configuration.js';
import { readEnvironment } from './platform/config/environment.js';
import { StartFault } from './platform/start-fault.js';
import { createLogger, type Logger } from './platform/telemetry/logger.js';
import { startServer } from './server.js';
import { VERSION } from './version.js';

/** Tells the launcher, when there is one. */
function tell(message: { readonly type: string; readonly [fact: string]: string }): void {
  process.send?.(message);
}

function refuse(error: unknown, logger: Logger): void {
  const known = error instanceof StartFault;
  const message = known ? error.message : 'The server could not start.';
  logger.error(known && error.cause === undefined ? {} : { err: error }, message);
  tell({ type: 'fault', message });
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}

async function run(): Promise<void> {
  let logger = createLogger('info');
  try {
    const configuration = readEnvironment();
    logger = createLogger(configuration.logLevel);
    const server = await startServer(configuration, logger);
    stopWhenAsked(() => server.stop(), logger);
    tell({ type: 'ready', url: server.url, version: VERSION });
  } catch (error) {
    refuse(error instanceof ConfigurationFault ? explain(error) : error, logger);
  }
}

function explain(fault: ConfigurationFault): StartFault {
  return new StartFault(`The configuration has faults:\n${fault.message}`);
}

function stopWhenAsked(stop: () => Promise<void>, logger: Logger): void {
  let stopping = false;
  const once = (why: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ why }, 'stopping');
    stop().then(
      () => {
        logger.info('stopped');
        if (process.connected) process.disconnect();
      },
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop cleanly');
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGTERM', () => {
    once('SIGTERM');
  });
  process.on('SIGINT', () => {
    once('SIGINT');
  });
  // The launcher is gone: without it nobody would stop us, or the database that it brought.
  process.on('disconnect', () => {
    once('launcher gone');
  });
}

await run();
