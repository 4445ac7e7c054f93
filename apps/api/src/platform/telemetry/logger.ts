import { pino, type Logger as PinoLogger, type LoggerOptions } from 'pino';
import type { LoggerService } from '@nestjs/common';

/** Structured log: JSON lines on stdout. Ids only: never a name, a path of a client, or a secret. */
export type Logger = PinoLogger;

/** Makes the process's logger. */
export function createLogger(level: string): Logger {
  const stdout = pino.destination({ dest: 1, sync: true });
  // A terminal that was closed takes no more lines. That must not be what ends the process: it is about to be told to stop.
  stdout.on('error', () => undefined);
  return pino(logOptions(level), stdout);
}

function logOptions(level: string): LoggerOptions {
  return {
    level,
    base: null,
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => describeError(error) },
  };
}

/** What a log line says of an error. Chosen members only: a database error also carries the statement's parameters. */
export interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/** More causes than errors have: two that name each other must not keep the log line from being written. */
const MOST_CAUSES = 8;

/** Describes an error and its causes. */
export function describeError(error: unknown, causes: number = MOST_CAUSES): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || causes === 0 ? {} : { cause: describeError(error.cause, causes - 1) }),
  };
}

/** Nest's own messages, in the same form; its start-up chatter is debug. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug(String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    this.logger.error({ details: details.map(String) }, String(message));
  }

  warn(message: unknown): void {
    this.logger.warn(String(message));
  }
}
