import { ConfigurationFault } from './platform/config/configuration.js';
import { readEnvironment } from './platform/config/environment.js';
import { STOP_TIMES } from './platform/http/shutdown.js';
import { StartFault } from './platform/start-fault.js';
import { createLogger, type Logger } from './platform/telemetry/logger.js';
import { startServer, type RunningServer } from './server.js';
import { VERSION } from './version.js';

/** Tells the launcher, when there is one. */
function tell(message: { readonly type: string; readonly [fact: string]: string }): void {
  process.send?.(message);
}

function tellReady({ url, setUpLink }: RunningServer, logger: Logger): void {
  tell({ type: 'ready', url, version: VERSION, ...(setUpLink === null ? {} : { setUpLink }) });
  // Without a launcher the log is the only way to whoever has started it.
  if (setUpLink !== null && process.send === undefined) {
    logger.info({ setUpLink }, 'open this link within an hour to make the first account');
  }
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
    tellReady(server, logger);
  } catch (error) {
    refuse(error instanceof ConfigurationFault ? explain(error) : error, logger);
  }
}

function explain(fault: ConfigurationFault): StartFault {
  return new StartFault(`The configuration has faults:\n${fault.message}`);
}

/** A second signal counts from here on: supervisors send one to the launcher and to us, and the launcher passes it on. */
const INSIST_AFTER_MS = 1_000;

/** What is not closed now never will be; whatever is cut off here, no acknowledged byte is lost. */
function giveUp(logger: Logger, why: string): void {
  logger.warn({ why }, 'ended before everything was closed');
  process.exit(1);
}

function stopWhenAsked(stop: () => Promise<void>, logger: Logger): void {
  let askedAt: number | null = null;
  const once = (why: string) => {
    if (askedAt !== null) return;
    askedAt = performance.now();
    logger.info({ why }, 'stopping');
    setTimeout(() => {
      giveUp(logger, 'time is up');
    }, STOP_TIMES.all).unref();
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
  const signalled = (signal: string) => {
    if (askedAt !== null && performance.now() - askedAt > INSIST_AFTER_MS) giveUp(logger, signal);
    else once(signal);
  };
  process.on('SIGTERM', signalled);
  process.on('SIGINT', signalled);
  // The launcher is gone: without it nobody would stop us, or the database that it brought.
  process.on('disconnect', () => {
    once('launcher gone');
  });
}

await run();
