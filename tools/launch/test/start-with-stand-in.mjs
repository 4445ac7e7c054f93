/** The launcher with the stand-in for the API. */
import { fileURLToPath } from 'node:url';
import { main } from '../main.mjs';

await main({ apiEntry: fileURLToPath(new URL('./stand-in-api.mjs', import.meta.url)) });
