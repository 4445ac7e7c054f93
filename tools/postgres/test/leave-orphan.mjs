/** Starts the postmaster of an existing cluster without any supervision, prints its process id and exits: an orphan. */
import fs from 'node:fs';
import path from 'node:path';
import { freePort } from '../free-port.mjs';
import { nativeFolder } from '../native-folder.mjs';
import { chooseRunner } from '../run-as.mjs';
import { Server } from '../server.mjs';

const home = process.argv[2] ?? '';
const { native, version } = nativeFolder();
const runner = chooseRunner({ home, native, version, reachable: '/nowhere', runAs: undefined });
const server = new Server({ runner, port: await freePort(), home, settings: {}, deathSignal: [] });
if ((await server.whenReady(() => {})) !== 'ready') process.exit(1);
fs.accessSync(path.join(runner.cluster, 'postmaster.pid'));
process.stdout.write(`${server.pid}\n`, () => process.exit(0));
