import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../../../test/tool/open-engine.js';
import type { Fairlead } from '../../index.js';
import type { Ip } from '../../ip/types.js';
import { SimulatedKernel } from '../../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../../store/memory/memory-store.js';
import { overlayDriver } from './overlay-driver.js';

// Two hosts, a sandbox on each.
const hosts: Fairlead[] = [];
let here: Fairlead;

beforeEach(async () => {
  const store = new MemoryStore();
  for (const [at, name] of ['one', 'two'].entries()) {
    const manner = { lease: 5, quarantine: 60, rotation: 3600, storeName: 'memory' };
    const host = { name: `h${at + 1}`, instance: name, address: `192.0.2.${at + 1}` as Ip };
    const own = { kernel: new SimulatedKernel({ instance: name }), definitions: new MemoryStore(), boot: new MemoryStore(), id: name };
    const { fairlead } = await openEngine({ ...own, others: [overlayDriver], cluster: { ...manner, store, host } });
    hosts.push(fairlead);
    if (at === 0) here = fairlead;
    if (at === 0) await here.networks.create({ name: 'web', driver: 'overlay', internal: true, ipam: { config: [{ subnet: '10.0.9.0/24' }] } });
    await fairlead.sandboxes.create({ name, networks: [{ network: 'web' }] });
  }
});

afterEach(async () => {
  for (const each of hosts.splice(0)) await each[Symbol.asyncDispose]();
});

// What is drawn is called by what it is.
const DRAWN: readonly (readonly [RegExp, string])[] = [
  [/address (?!02:42)(..:){5}../, 'address MAC'],
  [/\bfl[0-9a-f]{11}\b/g, 'PORT'],
  [/\b[0-9a-f]{12}\b/g, 'NS'],
];

async function explained(ref: string): Promise<readonly string[]> {
  const { commands } = await here.explain(ref);
  return commands.map((line) => DRAWN.reduce((text, [pattern, word]) => text.replace(pattern, word), line));
}

describe('an overlay network is explained', () => {
  it('with the address at which it answers names, where that is asked for', async () => {
    const gateway = expect.stringMatching(/address add 10\.0\.8\.1\/24 dev br0/);
    expect((await explained('network/web')).join()).not.toContain('address add 10.0.9.1');
    await here.networks.create({ name: 'named', driver: 'overlay', options: { 'com.fairlead.names': 'true' }, ipam: { config: [{ subnet: '10.0.8.0/24' }] } });
    await here.sandboxes.create({ name: 'asks', networks: [{ network: 'named' }] });
    expect(await explained('network/named')).toContainEqual(gateway);
  });

  it('with what leads to endpoints of other hosts', async () => {
    await vi.waitFor(async () =>
      expect(await explained('network/web')).toEqual([
        'ip netns add NS',
        'ip -n NS link set lo up',
        'ip -n NS link add br0 address MAC mtu 1450 type bridge',
        'ip -n NS link set br0 addrgenmode none',
        'ip link add vxlan0 address MAC mtu 1450 netns NS type vxlan id 4096 dstport 4789 local 192.0.2.1 nolearning proxy',
        'ip -n NS link set vxlan0 addrgenmode none',
        'ip -n NS link set vxlan0 master br0',
        'bridge -n NS link set dev vxlan0 learning off flood off',
        'ip -n NS link set br0 up',
        'ip -n NS link set vxlan0 up',
        'bridge -n NS fdb add 02:42:0a:00:09:03 dev vxlan0 dst 192.0.2.2 self permanent',
        'bridge -n NS fdb replace 02:42:0a:00:09:03 dev vxlan0 master static sticky',
        'ip -n NS neighbour replace 10.0.9.3 lladdr 02:42:0a:00:09:03 dev vxlan0 nud permanent protocol 250',
        '# who is on br0 of NS is told that 10.0.9.3 is at 02:42:0a:00:09:03',
      ]),
    );
  });

  it('with the place of each sandbox of this host', async () => {
    expect(await explained('endpoint/web/one')).toEqual([
      'ip -n NS link add PORT address MAC mtu 1450 type veth peer name eth0 address 02:42:0a:00:09:02 mtu 1450 netns NS',
      'ip -n NS link set PORT addrgenmode none',
      'ip -n NS link set eth0 addrgenmode none',
      'ip -n NS link set PORT master br0',
      'bridge -n NS link set dev PORT learning off flood off',
      'ip -n NS link set PORT up',
      'bridge -n NS fdb replace 02:42:0a:00:09:02 dev PORT master static sticky',
      'ip -n NS address add 10.0.9.2/24 dev eth0',
      'ip -n NS link set eth0 up',
    ]);
  });
});

describe('an overlay network is refused', () => {
  it('with IPv6 where it is made, when that does not fit into what the hosts send', async () => {
    const make = (options: Record<string, string>) => here.networks.create({ name: 'narrow', driver: 'overlay', ipv6: true, internal: true, options });
    const refused = expect.objectContaining({ code: 'underlay-narrow' });
    await expect(make({ 'com.docker.network.driver.mtu': '1329' })).rejects.toEqual(refused);
    await expect(make({ 'com.docker.network.driver.mtu': '1389', encrypted: 'wireguard' })).rejects.toEqual(refused);
    await make({ 'com.docker.network.driver.mtu': '1330' });
  });

  it('to a sandbox that is on one with the same subnet', async () => {
    await here.networks.create({ name: 'other', driver: 'overlay', internal: true, ipam: { config: [{ subnet: '10.0.9.0/24' }] } });
    const refused = expect.objectContaining({ code: 'subnet-twice', message: expect.stringContaining('"web", which has the same subnet 10.0.9.0/24') });
    await expect(here.endpoints.create({ network: 'other', name: 'again', sandbox: 'one' })).rejects.toEqual(refused);
    const both = [{ network: 'web' }, { network: 'other' }];
    await expect(here.sandboxes.create({ name: 'both', networks: both })).rejects.toMatchObject({ code: 'subnet-twice' });
    await here.sandboxes.create({ name: 'alone', networks: [{ network: 'other' }] });
  });

  it('by a name that one of this host has too: whose each is is said', async () => {
    await here.networks.create({ name: 'late', driver: 'bridge' });
    await hosts[1]?.networks.create({ name: 'late', driver: 'overlay', internal: true });
    const candidates = /late of this host \([0-9a-f]{12}\), (network\/)?late of the cluster \([0-9a-f]{12}\)/;
    await vi.waitFor(() =>
      expect(here.networks.get('late')).rejects.toMatchObject({ code: 'reference-ambiguous', message: expect.stringMatching(candidates) }),
    );
    await expect(here.explain('late')).rejects.toMatchObject({ message: expect.stringMatching(candidates) });
  });
});
