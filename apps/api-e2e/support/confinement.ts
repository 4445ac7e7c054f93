import { spawnSync } from 'node:child_process';

// Root may write whatever the modes say. Without these two rights it may not, yet it still owns the checkout below a
// 0700 folder, which another user could not read.
const WITHOUT_OVERRIDE = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'];

/**
 * Words to put before a command so that file modes hold for it, whoever runs the tests.
 * @throws Error when the tests run as root and setpriv (util-linux) cannot do it
 */
export function confined(command: readonly string[]): string[] {
  if (process.getuid?.() !== 0) return [...command];
  const probe = spawnSync(WITHOUT_OVERRIDE[0] ?? '', [...WITHOUT_OVERRIDE.slice(1), 'true']);
  if (probe.status !== 0) throw new Error('As root these tests need setpriv of util-linux to make file modes count.');
  return [...WITHOUT_OVERRIDE, ...command];
}
