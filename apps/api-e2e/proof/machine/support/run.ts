import { spawnSync } from 'node:child_process';

/**
 * Runs a program of the system to its end.
 * @returns what it printed
 * @throws Error with what it complained about
 */
export function run(program: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (error !== undefined || status !== 0) {
    throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
  }
  return stdout.trim();
}
