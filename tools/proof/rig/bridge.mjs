/**
 * Runs beside a guest in its network namespace, where the host's own processes cannot reach it: takes connections on
 * Unix sockets and passes them on. Ends with the guest, and with it every connection, as when a machine is gone. When
 * whoever switched the guest on is gone, which closes descriptor 3, it ends the guest.
 *
 *   node bridge.mjs <socket>=<port>…
 */
import fs from 'node:fs';
import net from 'node:net';

const GUEST = '10.0.2.2';

/**
 * One that is gone takes the other with it.
 * @param {net.Socket} from
 * @param {net.Socket} to
 */
function pass(from, to) {
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}

fs.createReadStream('', { fd: 3 })
  .on('close', () => process.kill(0, 'SIGKILL'))
  .resume();

for (const pair of process.argv.slice(2)) {
  const [socket = '', port = ''] = pair.split('=');
  fs.rmSync(socket, { force: true });
  const server = net.createServer({ allowHalfOpen: true }, (outer) => {
    const inner = net.connect({ host: GUEST, port: Number(port), allowHalfOpen: true });
    pass(outer, inner);
    pass(inner, outer);
  });
  server.listen(socket);
}
