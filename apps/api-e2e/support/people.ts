import { invitedSchema, newApiTokenSchema, type Role, type Scope } from '@stowage/contract';
import type { Product } from './product.js';
import { Visitor } from './visitor.js';

const PASSWORD = 'three blind mice run';

/** Somebody with an account, in a browser that is signed in. */
export interface Somebody {
  readonly id: string;
  readonly name: string;
  readonly visitor: Visitor;
}

/** Invites somebody, who accepts. */
export async function somebody(product: Product, admin: Visitor, name: string, role: Role): Promise<Somebody> {
  const { account, link } = (await admin.sendJson('POST', '/api/accounts', { name, role })).as(invitedSchema);
  const visitor = new Visitor(product);
  const token = new URL(link.url, product.url).hash.slice(1);
  const answer = await visitor.sendJson('POST', '/api/password-links/use', { token, password: PASSWORD });
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return { id: account.id, name, visitor };
}

/** A program with a new token of somebody, and the token's id. */
export async function program(
  product: Product,
  of: Visitor,
  scopes: readonly Scope[],
  spaces: readonly string[] | null = null,
): Promise<{ readonly id: string; readonly visitor: Visitor }> {
  const made = await of.sendJson('POST', '/api/tokens', { name: 'x', scopes, spaces, expiresAt: null });
  const { token, secret } = made.as(newApiTokenSchema);
  return { id: token.id, visitor: new Visitor(product, { Authorization: `Bearer ${secret}` }) };
}
