/** For .ci/run, after `npm test`: exit code 1 and their names when tests were skipped that docs/testing.md does not name. */
import fs from 'node:fs';
import path from 'node:path';
import { workspaceRoot } from '../workspace/root.mjs';
import { addUp, resultsFolder } from './results.mjs';
import { allowedSkips, unexplained } from './skips.mjs';

const folder = resultsFolder(workspaceRoot);
const projects = fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.basename(name, '.json')) : [];
const document = path.join(workspaceRoot, 'docs', 'testing.md');
const allowed = fs.existsSync(document) ? allowedSkips(fs.readFileSync(document, 'utf8')) : [];
const bad = unexplained(addUp(workspaceRoot, projects).skipped, allowed);
for (const name of bad) process.stdout.write(`skipped, and not named in docs/testing.md: ${name}\n`);
process.exitCode = bad.length > 0 ? 1 : 0;
