import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { MessageCutter, type WireMessage } from './postgres-wire.js';

/** Work that PostgreSQL has committed, or is just asked to commit. */
export interface Commit {
  /** The statements of the transaction, or the only one, in order. */
  readonly statements: readonly string[];
}

/** What becomes of a commit: it passes; its answer is lost; or it never arrives. */
export type Fate = 'pass' | 'lose the answer' | 'lose the request';

/**
 * Stands between the product and its PostgreSQL, and can lose what a commit is answered with: then the product cannot
 * know whether it was made. Knows just enough of the protocol (version 3, without TLS) to see commits go by.
 */
export class PostgresProxy {
  /** Decides about each commit. */
  decide: (commit: Commit) => Fate = () => 'pass';
  /** Commits whose answer or request was lost. */
  lost = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly upstreamPort: number) {
    this.server = createServer((client) => {
      this.join(client, connect(this.upstreamPort, '127.0.0.1'));
    });
  }

  /** @returns the address of the product's database, by way of the proxy */
  async start(databaseUrl: string): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const url = new URL(databaseUrl);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, server: Socket): void {
    const cut = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on('error', cut).on('close', () => {
        this.sockets.delete(socket);
        cut();
      });
      socket.setNoDelay(true);
    }
    const session = new Session((commit) => this.decide(commit));
    const lose = () => {
      this.lost += 1;
      cut();
    };
    relay(client, server, new MessageCutter(true), (message) => session.asked(message), lose);
    relay(server, client, new MessageCutter(false), (message) => session.answered(message), lose);
  }
}

/** Passes messages on, or keeps them back, until the connection is to be cut. */
function relay(
  from: Socket,
  to: Socket,
  cutter: MessageCutter,
  verdictOn: (message: WireMessage) => Verdict,
  lose: () => void,
): void {
  from.on('data', (bytes: Buffer) => {
    for (const message of cutter.push(bytes)) {
      if (from.destroyed) return;
      const verdict = verdictOn(message);
      if (verdict === 'pass') to.write(message.bytes);
      if (verdict === 'cut') lose();
    }
  });
}

type Verdict = 'pass' | 'keep back' | 'cut';

/** One connection: which statements it runs, and where they commit. */
class Session {
  private statements: string[] = [];
  private inTransaction = false;
  private fate: Fate = 'pass';

  constructor(private readonly decide: (commit: Commit) => Fate) {}

  /** A message of the product. */
  asked({ type, bytes }: WireMessage): Verdict {
    if (type !== 'Q' && type !== 'P') return 'pass';
    const text = type === 'Q' ? zeroEnded(bytes, 5) : zeroEnded(bytes, bytes.indexOf(0, 5) + 1);
    const ends = /^\s*COMMIT/iu.test(text);
    if (!ends) this.statements.push(text);
    // A statement alone commits when it ends, unless it only reads.
    if (!(this.inTransaction ? ends : /\b(INSERT|UPDATE|DELETE)\b/iu.test(text))) return 'pass';
    this.fate = this.decide({ statements: this.statements });
    return this.fate === 'lose the request' ? 'cut' : 'pass';
  }

  /** A message of PostgreSQL: what it does is committed once it says that it is ready for the next query. */
  answered({ type, bytes }: WireMessage): Verdict {
    const losing = this.fate === 'lose the answer';
    if (type !== 'Z') return losing ? 'keep back' : 'pass';
    this.inTransaction = bytes[5] !== 'I'.charCodeAt(0);
    if (!this.inTransaction) this.statements = [];
    return losing ? 'cut' : 'pass';
  }
}

function zeroEnded(bytes: Buffer, start: number): string {
  return bytes.toString('utf8', start, bytes.indexOf(0, start));
}
