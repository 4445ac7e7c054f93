import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describeError, type Logger } from '../src/platform/telemetry/logger.js';

/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

/** A logger of the product's form whose lines are kept. */
export interface TestLog {
  readonly logger: Logger;
  readonly lines: LogLine[];
}

/** Makes one that keeps every line. */
export function testLog(): TestLog {
  const lines: LogLine[] = [];
  const keep = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(JSON.parse(line.toString('utf8')) as LogLine);
      done();
    },
  });
  const formatters = { level: (level: string) => ({ level }) };
  const serializers = { err: (error: unknown) => describeError(error) };
  return { logger: pino({ level: 'debug', base: null, formatters, serializers }, keep), lines };
}
