import { sessionListSchema, whoAsksSchema, type Session, type WhoAsks } from '@stowage/contract';
import type { Answer, Ask } from './http.js';
import type { Product } from './product.js';

/** Method and path of routes that want to know who asks. */
export const guardedRoutes = [
  ...(['GET', 'DELETE'] as const).map((method) => [method, `/api/uploads/${'A'.repeat(22)}`] as const),
  ...(['GET', 'DELETE'] as const).map((method) => [method, `/api/files/${'A'.repeat(22)}`] as const),
  ...['/api/files', '/api/uploads', '/api/limits', '/api/spaces', '/metrics', '/api/session', '/api/sessions'].map(
    (path) => ['GET', path] as const,
  ),
  ...['/upload', '/uploads', `/uploads/${'A'.repeat(22)}`, '/api/uploads'].map((path) => ['POST', path] as const),
  ['PUT', '/api/account/password'] as const,
];

/** A browser as far as accounts go: it keeps cookies, and says whose page it shows. */
export class Visitor {
  readonly cookies = new Map<string, string>();

  /** @param more headers of all its requests */
  constructor(
    private readonly product: Product,
    private readonly more: Readonly<Record<string, string>> = {},
  ) {}

  /** Headers of a request that the product's own page makes. */
  get headers(): Readonly<Record<string, string>> {
    const cookies = Array.from(this.cookies, ([name, value]) => `${name}=${value}`);
    return { Origin: this.product.url, ...this.more, ...(cookies.length === 0 ? {} : { Cookie: cookies.join('; ') }) };
  }

  async send(path: string, ask: Ask = {}): Promise<Answer> {
    const answer = await this.product.send(path, { ...ask, headers: { ...this.headers, ...ask.headers } });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';');
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  sendJson(method: string, path: string, body: unknown): Promise<Answer> {
    return this.send(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  }

  /** Makes the first account with the link that the product has announced. */
  setUp(name: string, password: string, link = this.product.setUpLink): Promise<Answer> {
    const token = new URL(link).hash.slice(1);
    return this.sendJson('POST', '/api/setup', { token, name, password });
  }

  signIn(name: string, password: string): Promise<Answer> {
    return this.sendJson('POST', '/api/session', { name, password });
  }

  async whoAmI(): Promise<WhoAsks> {
    return (await this.send('/api/session')).as(whoAsksSchema);
  }

  async sessions(): Promise<Session[]> {
    return (await this.send('/api/sessions')).as(sessionListSchema).sessions;
  }

  /** Status of a request that only somebody who is let in gets an answer to. */
  async isLetIn(): Promise<boolean> {
    return (await this.send('/api/files')).status === 200;
  }
}
