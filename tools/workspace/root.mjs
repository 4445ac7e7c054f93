import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json. */
export const workspaceRoot = path.resolve(fileURLToPath(new URL('../../', import.meta.url)));
