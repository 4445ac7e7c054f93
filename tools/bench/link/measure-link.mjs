/** Runs the measurements through the link in a network namespace of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepTrack } from '../servers/running.mjs';

const INSIDE = fileURLToPath(new URL('./inside.mjs', import.meta.url));
const CONTENDERS = ['stowage-client', 'tus-client', 'curl'];

/** @param {import('../measure.mjs').Context} context */
function whyNot({ absent }) {
  if (process.getuid?.() !== 0) return 'only root can make network namespaces';
  if (!fs.existsSync('/dev/net/tun')) return 'the machine has no /dev/net/tun';
  return absent.get('nginx') ?? absent.get('curl');
}

/**
 * @param {import('../sending.mjs').Amount} amount
 * @param {import('../measure.mjs').Context} context
 * @param {number} round
 * @returns {Promise<import('../cases.mjs').SpecialRound>}
 */
export async function measureLink({ bytes }, context, round) {
  const why = whyNot(context);
  if (why) return { figures: {}, missing: Object.fromEntries(CONTENDERS.map((name) => [name, why])) };
  const folder = fs.mkdtempSync(path.join(context.folder, 'run-'));
  fs.chmodSync(folder, 0o755);
  try {
    const plan = { folder, bytes, seed: round + 1, link: context.native.link };
    const child = spawn('unshare', ['--net', process.execPath, INSIDE, JSON.stringify(plan)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const exited = once(child, 'exit');
    keepTrack({
      stop: async () => {
        child.kill('SIGTERM');
        await exited;
      },
    });
    const [code] = await exited;
    if (code !== 0) throw new Error('The measurement through the link failed; see its messages above.');
    return { figures: JSON.parse(fs.readFileSync(path.join(folder, 'figures.json'), 'utf8')), missing: {} };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
