import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { debian } from './debian.js';

const run = promisify(execFile);

/** The files of one of the certificates for tests. */
export const certificate = (name: 'server' | 'client' | 'stranger') => ({ cert: pem(`${name}.pem`), key: pem(`${name}.key`), ca: pem('ca.pem') });
const pem = (name: string) => fileURLToPath(new URL(`./tls/${name}`, import.meta.url));

/** How the members are to be. */
export interface EtcdHow {
  readonly members?: 1 | 3;
  /** Served with the certificate `server`; `mutual` asks clients for one of the same authority. */
  readonly tls?: 'server' | 'mutual';
  /** More flags of etcd. */
  readonly flags?: readonly string[];
  /** A network namespace's file; else where the test itself runs, at loopback. */
  readonly namespace?: string;
  /** Where it listens there; loopback without it. */
  readonly address?: string;
}

/** One etcd that runs, does not answer, or is dead. Its data stays until the cluster is closed. */
export interface EtcdMember {
  /** `ADDRESS:PORT`. */
  readonly endpoint: string;
  /** As a crash: SIGKILL. */
  kill(): Promise<void>;
  /** As a partition: connections stay, nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Starts it again, with its data. */
  start(): void;
}

/** A real etcd of the test's own. */
export interface Etcd {
  readonly members: readonly EtcdMember[];
  readonly endpoints: readonly string[];
  /** Runs etcdctl against all members and answers its output. */
  ctl(...words: readonly string[]): Promise<string>;
  leader(): Promise<EtcdMember>;
  /** A copy of what it has now, for `restore`. */
  save(): Promise<string>;
  /** Ends every member, and starts them again with what the copy has. */
  restore(copy: string): Promise<void>;
  /** Ends every member and removes the data. */
  close(): Promise<void>;
}

/** Starts one member or three and waits until they answer. Needs the packages etcd-server and etcd-client of `debian.ts`. */
export async function startEtcd({ members: count = 1, tls, flags = [], namespace, address = '127.0.0.1' }: EtcdHow = {}): Promise<Etcd> {
  const env = { ...debian('etcd-server', 'etcd-client'), ETCD_UNSUPPORTED_ARCH: process.arch };
  const data = mkdtempSync(join(tmpdir(), 'fairlead-etcd-'));
  // The data goes with this process, and so do the members: `setpriv` has them killed when their parent dies.
  const forget = () => rmSync(data, { recursive: true, force: true });
  process.on('exit', forget);
  const scheme = tls ? 'https' : 'http';
  const ports = await freePorts(count * 2);
  const plans = Array.from({ length: count }, (_, i) => ({
    name: `m${i}`,
    client: `${address}:${ports[2 * i]}`,
    peer: `http://127.0.0.1:${ports[2 * i + 1]}`,
  }));
  const cluster = plans.map(({ name, peer }) => `${name}=${peer}`).join(',');
  const served = certificate('server');
  const common = [
    ...['--initial-cluster', cluster, '--initial-cluster-token', data, '--logger', 'zap', '--log-level', 'error'],
    // Elections are quick, commits of the suite are large.
    ...['--heartbeat-interval', '50', '--election-timeout', '500', '--max-request-bytes', String(8 << 20), '--quota-backend-bytes', String(1 << 30)],
    ...(tls ? ['--cert-file', served.cert, '--key-file', served.key] : []),
    ...(tls === 'mutual' ? ['--client-cert-auth', '--trusted-ca-file', served.ca] : []),
    ...flags,
  ];
  const inside = namespace ? ['nsenter', `--net=${namespace}`] : [];
  const start = ({ name, client, peer }: (typeof plans)[number]) => {
    const own = ['--name', name, '--data-dir', join(data, name), '--initial-advertise-peer-urls', peer, '--listen-peer-urls', peer];
    const at = ['--advertise-client-urls', `${scheme}://${client}`, '--listen-client-urls', `${scheme}://${client}`];
    const [file = '', ...words] = [...inside, 'setpriv', '--pdeathsig', 'KILL', 'etcd', ...own, ...at, ...common];
    return spawn(file, words, { env, stdio: ['ignore', 'ignore', 'ignore'] });
  };
  const ctl = async (endpoints: readonly string[], words: readonly string[]) => {
    const trust = tls ? [`--cacert=${served.ca}`, `--cert=${certificate('client').cert}`, `--key=${certificate('client').key}`] : [];
    const argv = [...inside, 'etcdctl', `--endpoints=${endpoints.map((each) => `${scheme}://${each}`).join(',')}`, ...trust, ...words];
    return (await run(argv[0] ?? '', argv.slice(1), { env: { ...env, ETCDCTL_API: '3' }, maxBuffer: 1 << 26 })).stdout;
  };
  const members = plans.map((plan) => memberOf(plan.client, () => start(plan)));
  const endpoints = plans.map(({ client }) => client);
  const answers = () => vi.waitFor(() => ctl(endpoints, ['endpoint', 'status']), { timeout: 20_000, interval: 50 });
  let copies = 0;
  const etcd: Etcd = {
    members,
    endpoints,
    ctl: (...words) => ctl(endpoints, words),
    async leader() {
      const states = JSON.parse(await ctl(endpoints, ['endpoint', 'status', '-w', 'json'])) as readonly { Endpoint: string; Status: Status }[];
      const found = states.find(({ Status }) => Status.leader === Status.header.member_id);
      const leader = members.find(({ endpoint }) => found?.Endpoint.endsWith(endpoint));
      if (!leader) throw new Error('no member leads');
      return leader;
    },
    async save() {
      const copy = join(data, `copy${copies++}`);
      await ctl(endpoints.slice(0, 1), ['snapshot', 'save', copy]);
      return copy;
    },
    async restore(copy) {
      await Promise.all(members.map((member) => member.kill()));
      for (const { name, peer } of plans) {
        rmSync(join(data, name), { recursive: true });
        const own = ['--name', name, '--initial-advertise-peer-urls', peer, '--data-dir', join(data, name)];
        await ctl(endpoints, ['snapshot', 'restore', copy, ...own, '--initial-cluster', cluster, '--initial-cluster-token', data]);
      }
      for (const member of members) member.start();
      await answers();
    },
    async close() {
      await Promise.all(members.map((member) => member.kill()));
      process.removeListener('exit', forget);
      forget();
    },
  };
  await answers();
  return etcd;
}

interface Status {
  readonly leader: number;
  readonly header: { readonly member_id: number };
}

function memberOf(endpoint: string, spawnIt: () => ChildProcess): EtcdMember {
  let child = spawnIt();
  const alive = () => child.exitCode === null && child.signalCode === null;
  return {
    endpoint,
    async kill() {
      if (!alive()) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    start() {
      if (!alive()) child = spawnIt();
    },
  };
}

// Held together until all are known, so that they differ.
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
