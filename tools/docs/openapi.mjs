/**
 * docs/openapi.json, the description of the API for those who read it without a server. Run it with --write after a change
 * of a route or a schema and a build of the API.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { workspaceRoot } from '../workspace/root.mjs';

const PAGE = path.join(workspaceRoot, 'docs', 'openapi.json');
const COMPILED = path.join(workspaceRoot, 'dist', 'out', 'api', 'api-routes.js');

const { apiDocument } = await import(pathToFileURL(COMPILED).href);
const text = await format(JSON.stringify(apiDocument()), { ...(await resolveConfig(PAGE)), parser: 'json' });
if (process.argv.includes('--write')) await fs.writeFile(PAGE, text);
else process.stdout.write(text);
