/**
 * What the launcher needs of the API and nothing more: it listens, asks its database when it is asked, speaks over its
 * channel, and stops when told or left alone. It says while it stops whether its database still answered.
 */
import http from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? '', connectionTimeoutMillis: 5000 });
pool.on('error', () => {}); // an idle connection that breaks; the next query makes another

/** @param {string} message */
function fault(message) {
  process.send?.({ type: 'fault', message }, () => process.exit(1));
}

const askDatabase = () =>
  pool.query('SELECT 1').then(
    () => true,
    () => false,
  );

const server = http.createServer((request, response) => {
  if (request.url === '/exit') process.exit(3);
  void askDatabase().then((answers) => response.writeHead(answers ? 200 : 503).end());
});

let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  process.stdout.write(`${JSON.stringify({ msg: 'stopping', database: await askDatabase() })}\n`);
  server.close();
  server.closeAllConnections();
  await pool.end();
  if (process.connected) process.disconnect();
}

process.on('disconnect', () => void stop());
process.on('SIGTERM', () => void stop());
process.stdout.on('error', () => {});

if (process.env.STAND_IN_DIES) process.exit(7);
if (await askDatabase()) {
  server.on('error', (error) => fault(`Port is taken (${error.message}).`));
  server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    process.send?.({ type: 'ready', url: `http://localhost:${port}`, version: '0.0.0-stand-in' });
  });
} else {
  fault('The database does not answer; start it or correct DATABASE_URL.');
}
