/** nginx: whole files by DAV PUT, downloads by sendfile, and TLS with HTTP/2 in front of another server. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { freePort } from '../../postgres/free-port.mjs';
import { startProcess } from './process.mjs';

/**
 * @param {string} folder
 * @param {string} servers the `server` blocks
 */
const configuration = (folder, servers) => `
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes auto;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  client_max_body_size 0;
  keepalive_requests 1000000;
  client_body_temp_path ${folder}/incoming;
  proxy_temp_path ${folder}/proxied;
  fastcgi_temp_path ${folder}/unused;
  uwsgi_temp_path ${folder}/unused;
  scgi_temp_path ${folder}/unused;
  ${servers}
}
`;

/** @param {string} folder */
const files = (folder) => `location / { root ${folder}/files; dav_methods PUT; }`;

/**
 * @param {string} folder
 * @param {number} port
 * @param {string} servers
 * @param {string} [host]
 */
function start(folder, port, servers, host = '127.0.0.1') {
  fs.mkdirSync(path.join(folder, 'files'));
  const file = path.join(folder, 'nginx.conf');
  fs.writeFileSync(file, configuration(folder, servers));
  return startProcess('nginx', ['-p', folder, '-c', file, '-e', `${folder}/error.log`], {
    port,
    folder,
    host,
    signal: 'SIGQUIT',
  });
}

/**
 * Takes and gives files.
 * @param {string} folder
 * @param {string} [host]
 */
export async function startNginx(folder, host = '127.0.0.1') {
  const port = await freePort();
  return start(folder, port, `server { listen ${host}:${port}; ${files(folder)} }`, host);
}

/**
 * Speaks HTTP/2 over TLS, and hands on what it gets to another server as it comes, or keeps it.
 * @param {string} folder
 * @param {number} [upstream] port of the other server
 */
export async function startTlsNginx(folder, upstream) {
  const port = await freePort();
  const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  const subject = ['-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const proxy = `location / {
    proxy_pass http://127.0.0.1:${upstream};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host localhost:${upstream};
    proxy_request_buffering off;
    proxy_buffering off;
  }`;
  const tls = `ssl_certificate ${certificate}; ssl_certificate_key ${key};`;
  const place = upstream === undefined ? files(folder) : proxy;
  return start(folder, port, `server { listen 127.0.0.1:${port} ssl http2; ${tls} ${place} }`);
}
