import { rmSync } from 'node:fs';
import { running } from './global-setup.mjs';

export default async function tearDown() {
  await running.postgres?.stop();
  rmSync(running.folder, { recursive: true, force: true });
}
