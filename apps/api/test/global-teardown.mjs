import { rm } from 'node:fs/promises';

/** After all tests: stops what global-setup.mjs has started, and removes its folder. */
export default async function tearDown() {
  const { folder, postgres } = globalThis.stowageTests;
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
