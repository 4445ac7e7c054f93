import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { until } from '../../../support/until.js';
import { run } from './run.js';

/** Addresses of the two ends of a link: ours, and that of the server's world. */
interface Link {
  readonly name: string;
  readonly ours: string;
  readonly theirs: string;
}

let made = 0;

/** A pair of interfaces whose names and addresses no other test of this machine has at the same time. */
function newLink(): Link {
  const index = made++;
  const net = `10.203.${process.pid % 250}.${(index % 60) * 4}`;
  const [head, last = '0'] = [net.slice(0, net.lastIndexOf('.')), net.split('.').at(-1)];
  return {
    name: `sw${process.pid}n${index}`,
    ours: `${head}.${Number(last) + 1}`,
    theirs: `${head}.${Number(last) + 2}`,
  };
}

/**
 * A network of a test's own: the server is in a network namespace, its clients outside of it, and between them is one link
 * that can lose, reset, swallow and narrow. Its database it reaches over a second link, which always works. Needs root.
 */
export class TestNetwork {
  private readonly clients = newLink();
  private readonly database = newLink();
  /** Ends with us, however that comes about, and the namespace and its interfaces with it. */
  private readonly holder: ChildProcess;
  private relay: Relay | null = null;

  private constructor() {
    this.holder = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  }

  static async make(): Promise<TestNetwork> {
    const network = new TestNetwork();
    const pid = network.holder.pid ?? 0;
    await until('the namespace is there', () => namespaceOf(pid) !== namespaceOf(process.pid));
    for (const { name, ours, theirs } of [network.clients, network.database]) {
      run('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', name, 'netns', String(pid)]);
      run('ip', ['address', 'add', `${ours}/30`, 'dev', name]);
      run('ip', ['link', 'set', name, 'up']);
      network.inside('ip', ['address', 'add', `${theirs}/30`, 'dev', name]);
      network.inside('ip', ['link', 'set', name, 'up']);
    }
    network.inside('ip', ['link', 'set', 'lo', 'up']);
    return network;
  }

  private inside(program: string, args: readonly string[], input = ''): string {
    return run(this.within[0] ?? '', [...this.within.slice(1), program, ...args], input);
  }

  /** Words before a command that is to run in the server's world. */
  get within(): string[] {
    return ['nsenter', `--net=/proc/${this.holder.pid ?? 0}/ns/net`, '--'];
  }

  /** The server's address. */
  get host(): string {
    return this.clients.theirs;
  }

  /** @returns the address of a database of this machine as the server's world reaches it */
  async databaseFor(url: string): Promise<string> {
    const address = new URL(url);
    this.relay = await Relay.to(Number(address.port), this.database.ours);
    address.hostname = this.database.ours;
    address.port = String(this.relay.port);
    return address.toString();
  }

  /** Loses one packet in so many thousand, in both directions. */
  lose(perMille: number): void {
    this.rules(`numgen random mod 1000 < ${perMille} drop;`);
  }

  /** Ends connections, one packet in so many thousand, as a firewall does that has forgotten them: both sides are told. */
  reset(perMille: number): void {
    this.rules(`meta l4proto tcp numgen random mod 1000 < ${perMille} reject with tcp reset;`);
  }

  /** Nothing arrives any more, and nobody is told. */
  silence(): void {
    this.rules('drop;');
  }

  /** Forgets connections, as a router does: nothing of them arrives any more, and nobody is told. Others are not touched. */
  forget(clientPorts: readonly number[]): void {
    const ports = `{ ${clientPorts.join(', ')} }`;
    this.rules(`tcp sport ${ports} drop;`, `tcp dport ${ports} drop;`);
  }

  /** Nothing arrives, and no interface is there: who connects is told so. */
  unplug(): void {
    this.inside('ip', ['link', 'set', this.clients.name, 'down']);
  }

  plugIn(): void {
    this.inside('ip', ['link', 'set', this.clients.name, 'up']);
  }

  /** Lets through so many bytes a second in each direction. */
  narrow(bytesPerSecond: number): void {
    const args = ['qdisc', 'replace', 'dev', this.clients.name, 'root', 'tbf'];
    const limits = ['rate', `${bytesPerSecond * 8}bit`, 'burst', '16kb', 'latency', '400ms'];
    run('tc', [...args, ...limits]);
    this.inside('tc', [...args, ...limits]);
  }

  /** Both sides announce windows of so many bytes at most, on connections that begin from now on. */
  shrinkWindows(bytes: number): void {
    const { name, ours, theirs } = this.clients;
    const route = (from: string) => ['route', 'replace', `${subnet(ours)}/30`, 'dev', name, 'src', from];
    run('ip', [...route(ours), 'window', String(bytes)]);
    this.inside('ip', [...route(theirs), 'window', String(bytes)]);
  }

  /** All is well again, but for an interface that is unplugged, and for windows. */
  heal(): void {
    this.inside('nft', ['flush', 'ruleset']);
    for (const ends of [(args: string[]) => run('tc', args), (args: string[]) => this.inside('tc', args)]) {
      if (ends(['qdisc', 'show', 'dev', this.clients.name]).includes('tbf'))
        ends(['qdisc', 'delete', 'dev', this.clients.name, 'root']);
    }
  }

  private rules(arriving: string, leaving = arriving): void {
    const { name } = this.clients;
    const table = `flush ruleset
      table inet faults {
        chain arriving { type filter hook input priority 0; iifname "${name}" ${arriving} }
        chain leaving { type filter hook output priority 0; oifname "${name}" ${leaving} }
      }\n`;
    this.inside('nft', ['-f', '-'], table);
  }

  /** Connections between clients and the server that the server's side still has. */
  connections(port: number): number {
    const text = this.inside('ss', ['--no-header', '--tcp', 'state', 'established', `( sport = :${port} )`]);
    return text === '' ? 0 : text.split('\n').length;
  }

  async dispose(): Promise<void> {
    await this.relay?.close();
    const ended = once(this.holder, 'exit');
    this.holder.stdin?.end();
    await ended;
  }
}

function namespaceOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/ns/net`);
}

function subnet(ours: string): string {
  const at = ours.lastIndexOf('.') + 1;
  return `${ours.slice(0, at)}${Number(ours.slice(at)) - 1}`;
}

/** Passes connections on to a port of our loopback, which another network namespace cannot reach. */
class Relay {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async to(port: number, host: string): Promise<Relay> {
    const server = createServer();
    const relay = new Relay(server);
    server.on('connection', (client) => {
      relay.join(client, connect(port, '127.0.0.1'));
    });
    server.listen(0, host);
    await once(server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private join(client: Socket, server: Socket): void {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.setNoDelay(true).pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
