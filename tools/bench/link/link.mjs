/** The link between this network namespace, where the servers are, and one for clients. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';

/** Where clients reach the servers. */
export const SERVER_ADDRESS = '10.80.0.1';
const CLIENT_ADDRESS = '10.80.0.2';

/** What the link is like; the round trip is twice the delay. */
export const LINK = { delay: 40, rate: 200, cut: 1 };

/**
 * @typedef {object} Link
 * @property {(program: string, args: readonly string[]) => [string, string[]]} onClientSide the words that run a program
 *   at the other end
 * @property {() => Promise<{ cuts: number, dropped: number, connections: number }>} end
 */

/**
 * @param {readonly string[]} prefix
 * @param {string} own
 * @param {string} other
 */
function address(prefix, own, other) {
  const lines = ['link set dev lo up', `address add ${own} peer ${other} dev link`, 'link set dev link up'];
  for (const line of lines) {
    const [program = '', ...args] = [...prefix, 'ip', ...line.split(' ')];
    execFileSync(program, args);
  }
}

/**
 * @param {string} program the compiled link
 * @param {number} seed of its cuts
 * @returns {Promise<Link>}
 */
export async function startLink(program, seed) {
  const args = Object.entries({ ...LINK, seed }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value: ready } = await lines.next();
  const pid = /^ready (\d+)$/u.exec(ready ?? '')?.[1];
  if (pid === undefined) throw new Error('The link could not be made.');
  const enter = ['nsenter', `--net=/proc/${pid}/ns/net`];
  address([], SERVER_ADDRESS, CLIENT_ADDRESS);
  address(enter, CLIENT_ADDRESS, SERVER_ADDRESS);
  return {
    onClientSide: (name, words) => ['nsenter', [`--net=/proc/${pid}/ns/net`, name, ...words]],
    end: async () => {
      child.kill('SIGTERM');
      const { value } = await lines.next();
      await exited;
      return JSON.parse(value);
    },
  };
}
