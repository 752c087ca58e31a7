import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// What doctor finds on a real host, and what it mends when it is asked to. The drift controller is at work beside it, so that what the kernel
// tells of may be mended before anybody looks: either is well.
let host: HostNamespace;
let fairlead: Fairlead;
let device: string;
let box: Probe;
const shell = (line: string) => host.exec(['sh', '-c', line]);
const look = async (fix = false) => (await fairlead.doctor({ fix })).filter(({ code }) => code !== 'instance-other');
const found = async (fix = false) => (await look(fix)).map(({ code, object, mended }) => `${code} ${object}${mended ? ' mended' : ''}`);

beforeAll(async () => {
  host = await hostNamespace();
  await outsideOf(host);
  fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval: 0 });
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] } });
  const { key } = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', name: 'b' }], ports: [{ hostPort: 8000, port: 7080 }] });
  device = String((await fairlead.networks.get('web')).facts?.['device']);
  box = await startProbe(key, 'box');
});
afterAll(async () => {
  await box.close();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

describe('--fix', () => {
  it('mends at once what the kernel does not tell of, and says so', async () => {
    expect(await found()).toEqual([]);
    const inside = `nsenter --net=${(await fairlead.sandboxes.get('box')).key} ip neighbour`;
    await shell(`${inside} delete 10.64.0.1 dev eth0`);
    expect(await found()).toEqual(['missing endpoint/web/b']);
    expect(await found(true)).toEqual(['missing endpoint/web/b mended']);
    expect(await found()).toEqual([]);
    expect(await shell(`${inside} show 10.64.0.1`)).toMatch(/PERMANENT/);
  });

  it.each([
    ['a link deleted', async () => host.deleteLink((await fairlead.endpoints.get('b')).link?.outside ?? '')],
    ['a bridge taken down', async () => host.setDown(device)],
    ['a link off its bridge', async () => shell(`ip link set ${(await fairlead.endpoints.get('b')).link?.outside ?? ''} nomaster`)],
    ['an address removed', async () => host.deleteAddress(device, '10.64.0.1/24')],
    ['a ruleset flushed', () => host.flushRuleset()],
    ['loopback taken down inside', async () => shell(`nsenter --net=${(await fairlead.sandboxes.get('box')).key} ip link set lo down`)],
    ['a route replaced inside', async () => shell(`nsenter --net=${(await fairlead.sandboxes.get('box')).key} ip route delete default`)],
  ])('leaves nothing wrong after %s', async (_, disturb) => {
    await disturb();
    expect((await found(true)).filter((each) => !each.endsWith(' mended'))).toEqual([]);
    await vi.waitFor(async () => expect(await found()).toEqual([]), { timeout: 10_000 });
  });

  it('tells of a loopback that was taken down inside, by which names are answered, and mends it', async () => {
    const { key } = await fairlead.sandboxes.get('box');
    await shell(`nsenter --net=${key} ip link set lo down`);
    expect(await look()).toMatchObject([{ code: 'changed', object: 'sandbox/box', mend: `nsenter --net=${key} ip link set lo up` }]);
    expect(await found(true)).toEqual(['changed sandbox/box mended']);
    expect(await shell(`nsenter --net=${key} ip -o address show lo up`)).toMatch(/127\.0\.0\.1[^]*::1/);
  });

  it("leaves alone what is not Fairlead's, and names the command", async () => {
    await shell(`echo 0 > /proc/sys/net/ipv4/conf/${device}/forwarding`);
    const [left] = await look(true);
    expect(left).toMatchObject({ code: 'forwarding-off', object: 'network/web', mended: false });
    await shell(left?.mend ?? 'false');
    expect(await found()).toEqual([]);
  });
});

describe('what stands in the way', () => {
  it('is a way out that carries less than the network sends', async () => {
    await shell('ip link set uplink0 mtu 1400');
    expect(await look()).toMatchObject([
      { code: 'mtu-above-uplink', object: 'network/web', mend: 'fairlead network update -o com.docker.network.driver.mtu=1400 web' },
    ]);
    await shell('ip link set uplink0 mtu 1500');
    expect(await found()).toEqual([]);
  });

  it('is a route that came up over the subnet', async () => {
    await shell('ip route add 10.64.0.0/25 dev uplink0');
    expect(await look()).toMatchObject([{ code: 'subnet-overlap', problem: expect.stringContaining('10.64.0.0/25 by uplink0') }]);
    await shell('ip route delete 10.64.0.0/25 dev uplink0');
    expect(await found()).toEqual([]);
  });

  it('is the address of a published port that the host has no more, unless programs can be there all the same', async () => {
    await shell('ip address add 203.0.113.9/32 dev lo');
    await fairlead.sandboxes.create({ name: 'there', networks: [{ network: 'web', name: 't' }], ports: [{ hostIp: '203.0.113.9', hostPort: 8009, port: 80 }] });
    expect(await found()).toEqual([]);
    await shell('ip address delete 203.0.113.9/32 dev lo');
    expect(await found()).toEqual(['port-address endpoint/web/t']);
    await shell('ip route add local 203.0.113.0/24 dev lo');
    expect(await found()).toEqual([]);
    await shell('ip route delete local 203.0.113.0/24 dev lo');
    expect(await found()).toEqual(['port-address endpoint/web/t']);
    await shell('echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind');
    expect(await found()).toEqual([]);
    await shell('echo 0 > /proc/sys/net/ipv4/ip_nonlocal_bind');
    await fairlead.sandboxes.remove('there');
  });

  it('is a program that listens on loopback alone behind a published port', async () => {
    expect(await box.listen('127.0.0.1', 7080)).toBe('');
    expect(await look()).toMatchObject([{ code: 'port-loopback-only', object: 'sandbox/box', problem: expect.stringContaining('listens on 127.0.0.1 alone') }]);
    expect(await box.listen('10.64.0.2', 7080)).toBe('');
    expect(await found()).toEqual([]);
    await box.unlisten();
  });

  it('is a subnet whose addresses are all given', async () => {
    await fairlead.networks.create({ name: 'small', internal: true, ipam: { config: [{ subnet: '10.66.0.0/30' }] } });
    expect(await found()).toEqual([]);
    await fairlead.endpoints.create({ network: 'small', name: 'last' });
    expect(await look()).toMatchObject([{ code: 'pool-full', object: 'network/small', problem: expect.stringContaining('10.66.0.0/30') }]);
    await fairlead.endpoints.remove('last');
    await fairlead.networks.remove('small', { settle: true });
  });

  it('is an alias that is the name of another', async () => {
    await fairlead.sandboxes.create({ name: 'other', networks: [{ network: 'web', aliases: ['box'] }] });
    expect(await found()).toEqual(['name-clash endpoint/web/b']);
    await fairlead.sandboxes.remove('other', { settle: true });
    expect(await found()).toEqual([]);
  });
});
