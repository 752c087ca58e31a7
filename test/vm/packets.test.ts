import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type PortAsk } from '#dist/index.js';
import { dnsPeer } from '../tool/dns-peer.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// What bridge networks promise, with packets on a kernel that is older than most, in as few questions as do: neighbours, names, isolation, ways out and
// published ports, of both families. The whole of it is test/kernel/'s, which runs here when it is named. Sandboxes by network:
//
//     web (10.64.0.0/24, fd64::/64): a .2, b .3     other (10.65, fd65): c .2      inner, internal (10.66, fd66): d .2
const NETWORKS = { web: 64, other: 65, inner: 66 } as const;
const SANDBOXES = { a: 'web', b: 'web', c: 'other', d: 'inner' } as const;
const PORTS: readonly PortAsk[] = [
  { hostPort: 8000, port: 7000 },
  { hostPort: 8000, port: 7000, protocol: 'udp' },
];

let host: HostNamespace;
let fairlead: Fairlead;
const probes = new Map<string, Probe>();
const keys = new Map<string, string>();
const start = async (name: string, path: string) => void probes.set(name, await startProbe(path, name));
/** The answers of TCP and of UDP that one of these has at each of those places, all asked at once: what is dropped is waited for. */
const reach = (from: string, ...places: readonly (readonly [to: string, port: number])[]) =>
  Promise.all(places.map(([to, port]) => probes.get(from)?.both(to, port)));
const all = (...answers: readonly (string | null)[]) => answers.map((answer) => [answer, answer]);

beforeAll(async () => {
  host = await hostNamespace();
  const filters = ['iptables', 'ip6tables'].map((family) => `/proc/sys/net/bridge/bridge-nf-call-${family}`);
  await host.exec(['sh', '-c', `echo 0 | tee ${filters.join(' ')}`]);
  const outside = await outsideOf(host, [
    { to: '10.64.0.0/14', family: 4 },
    { to: 'fd64::/14', family: 6 },
  ]);
  fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), dns: [] });
  for (const [name, number] of Object.entries(NETWORKS)) {
    const config = [{ subnet: `10.${number}.0.0/24` }, { subnet: `fd${number}::/64` }];
    await fairlead.networks.create({ name, internal: name === 'inner', ipam: { config } });
  }
  for (const [name, network] of Object.entries(SANDBOXES)) {
    const { key } = await fairlead.sandboxes.create({ name, networks: [{ network }], ...(name === 'a' && { ports: PORTS }) });
    keys.set(name, key);
  }
  // Of b its kernel answers, which is enough.
  for (const [name, path] of [...keys, ['outside', outside], ['host', host.path]] as const) if (name !== 'b') await start(name, path);
});
afterAll(async () => {
  for (const probe of probes.values()) await probe.close();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

describe('Debian: bridge networks', () => {
  it('let neighbours find each other, by address and by name', async () => {
    expect(await Promise.all(['10.64.0.3', 'fd64::3'].map((ip) => probes.get('a')?.ping(ip)))).toEqual(['pong', 'pong']);
    const peer = await dnsPeer(keys.get('a') ?? '');
    try {
      const queries = ['A', 'AAAA'].map((type, id) => ({ id, name: 'b', type }));
      expect(await peer.udp(53, queries)).toMatchObject([{ data: ['10.64.0.3'] }, { data: ['fd64::3'] }]);
    } finally {
      await peer.close();
    }
  });

  it('keep others out, and internal ones in', async () => {
    expect(await reach('a', ['10.65.0.2', 7000], ['fd65::2', 7000], ['10.66.0.2', 7000])).toEqual(all(null, null, null));
    expect(await reach('d', [OUTSIDE4, 7000], [OUTSIDE6, 7000], ['10.64.0.2', 7000])).toEqual(all(null, null, null));
    expect(await reach('outside', ['10.64.0.2', 7000], ['fd64::2', 7000])).toEqual(all(null, null));
  });

  it('lead out by the addresses of the host', async () => {
    expect(await reach('a', [OUTSIDE4, 7000], [OUTSIDE6, 7000])).toEqual(all(HOST4, HOST6));
  });

  it('publish ports to the outside, to the host and to other networks, until they are withdrawn', async () => {
    expect(await reach('outside', [HOST4, 8000], [HOST6, 8000])).toEqual(all(OUTSIDE4, OUTSIDE6));
    expect(await reach('host', ['127.0.0.1', 8000], ['::1', 8000])).not.toContainEqual(expect.arrayContaining([null]));
    expect(await reach('c', [HOST4, 8000], [HOST6, 8000])).toEqual(all('10.65.0.2', 'fd65::2'));
    await fairlead.sandboxes.update('a', { ports: { remove: PORTS } });
    expect(await reach('outside', [HOST4, 8000], [HOST6, 8000])).toEqual(all(null, null));
  });
});
