import type { Answer } from '../../support/http.js';
import type { Product } from '../../support/product.js';
import { until } from '../../support/until.js';

/** The server says that it cannot just now: nothing has happened, or nobody knows. */
export function isToRepeat({ status, type, text }: Answer): boolean {
  if (status !== 503 && status !== 500 && status !== 507) return false;
  if (!type.includes('json')) return false;
  return (JSON.parse(text) as { retryable?: boolean }).retryable === true;
}

/** Waits until the server takes uploads again, as one does that was told to come back later. */
export async function readyAgain(product: Product): Promise<void> {
  await until('it is ready again', async () => (await product.send('/readyz')).status === 200, 60_000);
}

/** Asks until the server can answer: after a fault of the database that may take a moment. */
export async function patiently(product: Product, path: string): Promise<Answer> {
  let answer = await product.send(path);
  await until(`an answer to ${path}`, async () => {
    if (isToRepeat(answer)) answer = await product.send(path);
    return !isToRepeat(answer);
  });
  return answer;
}
