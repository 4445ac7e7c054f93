import type { Product } from './product.js';

/** One reading of a server's metrics. */
export class Samples {
  private readonly values = new Map<string, number>();
  /** `name type`, as declared. */
  readonly kinds: string[] = [];

  constructor(readonly text: string) {
    for (const line of text.split('\n')) {
      const [, name, value] = /^([a-z_][a-z0-9_]*(?:\{.*\})?) (\S+)$/u.exec(line) ?? [];
      if (name !== undefined) this.values.set(name, Number(value));
      const kind = /^# TYPE (.*)$/u.exec(line)?.[1];
      if (kind !== undefined) this.kinds.push(kind);
    }
  }

  /**
   * A value, or the sum of those with other labels besides; null when there is none.
   * @param labels as they stand in the text, in their order: `route="/upload",method="POST"`
   */
  of(name: string, labels = ''): number | null {
    const found = [...this.values].filter(([key]) => key === name || key.startsWith(`${name}{${labels}`));
    return found.length === 0 ? null : found.reduce((sum, [, value]) => sum + value, 0);
  }

  /** Every label that a metric has somewhere, `name{label,label}`. */
  get labelled(): string[] {
    const shapes = [...this.values.keys()].map((key) => {
      const [name = '', labels = ''] = key.split('{');
      return `${name}{${[...labels.matchAll(/(\w+)="/gu)].map(([, label]) => label).join(',')}}`;
    });
    return [...new Set(shapes)].sort();
  }
}

/** Reads the metrics. */
export async function samplesOf(product: Product): Promise<Samples> {
  const answer = await product.send('/metrics');
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return new Samples(answer.text);
}

/** How many requests are being answered, the one that asks left out. */
export async function requestsInProgress(product: Product): Promise<number> {
  return ((await samplesOf(product)).of('stowage_http_requests_in_progress') ?? NaN) - 1;
}
