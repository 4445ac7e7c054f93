/** Starts the server, prints its process id and URL as JSON, and stays until it is killed. */
import { startEmbeddedPostgres } from '../embedded-postgres.mjs';

const { pid, url } = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '' });
process.stdout.write(`${JSON.stringify({ pid, url })}\n`);
