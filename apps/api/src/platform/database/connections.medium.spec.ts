// Real: PostgreSQL and the driver. Between them a proxy that lets a server die at a moment of its own choice.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect as dial, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { DataSource } from 'typeorm';
import { emptyDatabase } from '../../../test/test-database.js';
import { isDatabaseUnavailable } from './database-errors.js';
import { dataSourceOptions } from './database.module.js';

/** ReadyForQuery, outside a transaction. */
const READY = Buffer.from('5a0000000549', 'hex');

/** What a backend says when its postmaster is gone. */
function farewell(): Buffer {
  const fields = ['SFATAL', 'VFATAL', 'C57P01', 'Mterminating connection due to unexpected postmaster exit'];
  const body = Buffer.from(`${fields.map((field) => `${field}\0`).join('')}\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

let proxy: Server;
let database: DataSource;
/** The next new connection is ready and over in one go. */
let dying = false;
const sockets = new Set<Socket>();

beforeEach(async () => {
  const url = new URL(await emptyDatabase());
  dying = false;
  proxy = createServer((client) => {
    const server = dial(Number(url.port), url.hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    const dies = dying;
    server.on('data', (bytes) => {
      if (dies && bytes.subarray(-READY.length).equals(READY)) client.end(Buffer.concat([bytes, farewell()]));
      else client.write(bytes);
    });
    client.on('data', (bytes) => server.write(bytes));
    client.on('close', () => server.destroy());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  const through = new URL(url);
  through.port = String((proxy.address() as AddressInfo).port);
  const { autoLoadEntities: _, retryAttempts: __, ...options } = dataSourceOptions(through.toString());
  database = await new DataSource(options).initialize();
});

afterEach(async () => {
  await database.destroy();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => proxy.close(resolve));
});

describe('a connection', () => {
  it('that is over as soon as it is made fails its statement, not the process', async () => {
    // All that are idle are taken, so that the next statement needs a new one.
    const holder = database.createQueryRunner();
    await holder.query('SELECT 1');
    dying = true;
    const fault: unknown = await database.query('SELECT 1').catch((error: unknown) => error);
    expect(isDatabaseUnavailable(fault)).toBe(true);
    dying = false;
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await holder.release();
  });

  it('prepares what has values once, however often it is asked, and nothing else', async () => {
    const runner = database.createQueryRunner();
    try {
      for (const value of [1, 2, 3])
        expect(await runner.query('SELECT $1::int AS value', [value])).toEqual([{ value }]);
      await runner.query('SELECT 2 AS nothing', []);
      const kept: unknown = await runner.query(
        'SELECT statement, generic_plans + custom_plans AS uses FROM pg_prepared_statements',
      );
      expect(kept).toEqual([{ statement: 'SELECT $1::int AS value', uses: '3' }]);
    } finally {
      await runner.release();
    }
  });
});
