// A password is guessed from many addresses, and many people sign in at once.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { forgetPeakMemory, peakMemory } from '../support/disk.js';
import { Product } from '../support/product.js';
import { Visitor } from '../support/visitor.js';

const GUESSES = Number(process.env.STOWAGE_GUESSES ?? 500);
const SIGN_INS = Number(process.env.STOWAGE_SIGN_INS ?? 100);
const PASSWORD = 'a walrus in the kitchen';
const AT_ONCE = 25;
const MIB = 1024 * 1024;

// Believed as a proxy, so that each guess says where it comes from.
const product = new Product({ env: { STOWAGE_TRUSTED_PROXIES: '127.0.0.1' } });
const maria = new Visitor(product);
beforeAll(async () => {
  await product.start();
  await maria.setUp('Maria', PASSWORD);
});
afterAll(() => product.dispose());

/** Two pools: one of IPv4 addresses, one of IPv6 networks. */
function addressOf(guess: number): string {
  const place = (guess >> 1) % 200;
  return guess % 2 === 0 ? `198.51.100.${place}` : `2001:db8:0:${place.toString(16)}::1`;
}

async function guess(number: number): Promise<string> {
  const answer = await product.send('/api/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': addressOf(number) },
    body: JSON.stringify({ name: 'Maria', password: `guess ${number}` }),
  });
  return answer.problem.code;
}

describe('guesses at one password', () => {
  it('from many addresses are looked at as often as one bucket allows, and its owner still gets in', async () => {
    const since = performance.now();
    const codes = new Map<string, number>();
    for (let first = 0; first < GUESSES; first += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, GUESSES - first) }, (_, index) => guess(first + index));
      for (const code of await Promise.all(some)) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    const seconds = (performance.now() - since) / 1000;
    const evaluated = codes.get('sign-in-failed') ?? 0;
    process.stdout.write(`${GUESSES} guesses in ${seconds.toFixed(0)} s, ${evaluated} of them looked at\n`);
    expect([...codes.keys()].sort()).toEqual(['sign-in-failed', 'too-many-attempts']);
    expect(evaluated).toBeGreaterThanOrEqual(20);
    expect(evaluated).toBeLessThanOrEqual(20 + Math.ceil(seconds / 180));

    await maria.send('/api/session', { method: 'DELETE' });
    expect((await maria.signIn('Maria', PASSWORD)).status).toBe(200);
  });
});

describe('very many who sign in at once', () => {
  it('take turns: memory stays within that of two hashes and some room', async () => {
    forgetPeakMemory(product.process.pid);
    const before = peakMemory(product.process.pid);
    const answers = await Promise.all(
      Array.from({ length: SIGN_INS }, (_, person) => {
        const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': addressOf(person) };
        const body = JSON.stringify({ name: `Person ${person}`, password: PASSWORD });
        return product.send('/api/session', { method: 'POST', headers, body });
      }),
    );
    const codes = new Set(answers.map(({ problem }) => problem.code));
    const more = (peakMemory(product.process.pid) - before) / MIB;
    process.stdout.write(`${SIGN_INS} at once: ${more.toFixed(0)} MiB more\n`);
    for (const code of codes) expect(['sign-in-failed', 'overloaded', 'too-many-attempts']).toContain(code);
    expect(codes).toContain('sign-in-failed');
    expect(more).toBeLessThan(2 * 19 + 50);
  });
});
