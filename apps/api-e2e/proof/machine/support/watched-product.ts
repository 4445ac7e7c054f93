import type { Answer, Ask } from '../../../support/http.js';
import { Product } from '../../../support/product.js';

/** A product of whose answers everything is counted that is no success, and held against what faults may be answered with. */
export class WatchedProduct extends Product {
  /** `507 storage-full` and how often. */
  readonly refusals = new Map<string, number>();
  /** Answers that no fault excuses. */
  readonly wrong: string[] = [];

  override async send(path: string, ask: Ask = {}): Promise<Answer> {
    const answer = await super.send(path, ask);
    if (answer.status >= 400 && path !== '/readyz') this.note(path, ask.method ?? 'GET', answer);
    return answer;
  }

  private note(path: string, method: string, answer: Answer): void {
    const { status } = answer;
    const code = answer.type.includes('json') ? answer.problem.code : '?';
    const key = `${status} ${code}`;
    this.refusals.set(key, (this.refusals.get(key) ?? 0) + 1);
    if (status < 500) return;
    const isClean = (status === 503 || status === 507) && answer.problem.retryable;
    if (!isClean || answer.headers['retry-after'] === undefined) {
      this.wrong.push(`${method} ${path}: ${key}, Retry-After: ${answer.headers['retry-after'] ?? 'none'}`);
    }
  }

  /** How often something was refused with a code. */
  refused(code: string): number {
    return [...this.refusals].reduce((sum, [key, count]) => (key.endsWith(` ${code}`) ? sum + count : sum), 0);
  }

  /** For a report. */
  get counts(): Readonly<Record<string, number>> {
    const refused = (status: string) =>
      [...this.refusals].reduce((sum, [key, count]) => (key.startsWith(status) ? sum + count : sum), 0);
    return { answers503: refused('503'), answers507: refused('507'), answersWrong: this.wrong.length };
  }

  /** `507 storage-full × 12, …` */
  get tally(): string {
    return [...this.refusals].map(([key, count]) => `${key} × ${count}`).join(', ') || 'no refusals';
  }
}
