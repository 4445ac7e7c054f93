import { spawnSync } from 'node:child_process';

// A mount that only the process under test sees, and that ends with it. Who is not root becomes it in a user namespace.
const NAMESPACE = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-Urm'];

/** True when this machine lets the tests give the server a disk of its own. */
export function canHaveDisks(): boolean {
  const args = [...NAMESPACE.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
  return process.platform === 'linux' && spawnSync('unshare', args).status === 0;
}

/** Words to put before a command so that `folder` is a disk of `size` bytes for it, empty at first. */
export function onDisk(folder: string, size: number): string[] {
  const mountAndGo = 'mount -t tmpfs -o "size=$1,mode=0700" tmpfs "$2" && shift 2 && exec "$@"';
  return [...NAMESPACE, 'sh', '-c', mountAndGo, 'sh', String(size), folder];
}
