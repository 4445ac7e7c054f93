import type { Readable } from 'node:stream';
import { until } from './until.js';

/** A line that the server has logged. */
export interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly [member: string]: unknown;
}

/** Everything that the server has written to its standard output, whole lines only. */
export class LogBook {
  readonly rawLines: string[] = [];
  private rest = '';

  collect(stream: Readable): void {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (this.rest + text).split('\n');
      this.rest = lines.pop() ?? '';
      this.rawLines.push(...lines);
    });
  }

  /** @throws SyntaxError when a line is not JSON */
  get lines(): LogLine[] {
    return this.rawLines.map((line) => JSON.parse(line) as LogLine);
  }

  /**
   * Waits for a line: an answer may reach us before the log does.
   * @param from lines to leave out, those of earlier tests
   */
  async waitFor(what: string, wanted: (line: LogLine) => boolean, from = 0): Promise<LogLine> {
    let found: LogLine | undefined;
    await until(what, () => (found = this.lines.slice(from).find(wanted)) !== undefined);
    return found ?? {};
  }
}
