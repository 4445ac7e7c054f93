import { spawnSync } from 'node:child_process';

const WORDS = ['setpriv', '--pdeathsig', 'KILL'];
const canDie = process.platform === 'linux' && spawnSync(WORDS[0] ?? '', [...WORDS.slice(1), 'true']).status === 0;

/** Words to put before a command so that it ends with us, however we end and even while it is stopped; none without util-linux. */
export const MORTAL: readonly string[] = canDie ? WORDS : [];
