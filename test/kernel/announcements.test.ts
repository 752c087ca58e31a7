import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';

// Neighbours that know an address by the MAC address of a sandbox that has gone. On web (10.64.0.0/24, fd64::/64) they are told when
// another one has it, on quiet (10.65.0.0/24, fd65::/64) they are not, and on loud (10.66.0.0/24, fd66::/64) of every address.
const NUMBER = { web: 64, quiet: 65, loud: 66 } as const;
const MESSAGES = { web: undefined, quiet: '0', loud: '3' } as const;
const [OLD, NEW] = ['02:00:00:00:00:01', '02:00:00:00:00:02'];

describe('neighbours', () => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  const probes: Probe[] = [];
  const start = async (path: string) => {
    const probe = await startProbe(path);
    probes.push(probe);
    return probe;
  };

  beforeAll(async () => {
    host = await hostNamespace();
    fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
    for (const name of ['web', 'quiet', 'loud'] as const) {
      const messages = MESSAGES[name];
      const options = { 'com.docker.network.advertise_addr_ms': '100', ...(messages !== undefined && { 'com.docker.network.advertise_addr_nmsgs': messages }) };
      await fairlead.networks.create({ name, options, ipam: { config: [{ subnet: `10.${NUMBER[name]}.0.0/24` }, { subnet: `fd${NUMBER[name]}::/64` }] } });
    }
  });
  afterAll(async () => {
    for (const probe of probes) await probe.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  // A sandbox has both addresses, a neighbour speaks to it, and another one is given them.
  async function successor(network: keyof typeof NUMBER) {
    const [ip, ip6] = [`10.${NUMBER[network]}.0.9`, `fd${NUMBER[network]}::9`];
    const neighbour = await fairlead.sandboxes.create({ networks: [{ network }] });
    const probe = await start(neighbour.key);
    const first = await fairlead.sandboxes.create({ networks: [{ network, ip, ip6, mac: OLD }] });
    const old = await startProbe(first.key);
    expect([await probe.tcp(ip), await probe.tcp(ip6)]).not.toContain(null);
    await old.close();
    await fairlead.sandboxes.remove(first.id, { settle: true });
    const second = await fairlead.sandboxes.create({ networks: [{ network, ip, ip6, mac: NEW }] });
    await start(second.key);
    const known = async () =>
      / ((?:[\da-f]{2}:){5}[\da-f]{2}) /.exec((await host.exec(['nsenter', `--net=${neighbour.key}`, 'grep', `^${ip} `, '/proc/net/arp'])).trim())?.[1];
    return { probe, ip, ip6, known, second };
  }

  it('are told at once that an address that was chosen has another MAC address', async () => {
    const { probe, ip, ip6, known } = await successor('web');
    await vi.waitFor(async () => expect(await known()).toBe(NEW));
    expect([await probe.tcp(ip), await probe.tcp(ip6)]).not.toContain(null);
  });

  it('are not where the network says so, and send to whom they knew', async () => {
    const { probe, ip, ip6, known } = await successor('quiet');
    expect(await known()).toBe(OLD);
    expect([await probe.tcp(ip), await probe.tcp(ip6)]).toEqual([null, null]);
  });

  it('are told as often as the network says, of every address', async () => {
    const { known, second } = await successor('loud');
    await vi.waitFor(async () => expect(await known()).toBe(NEW));
    // Two addresses of its own, three times each: nothing else was sent by a link without a program that speaks.
    const sent = async () => {
      const [counters = ''] = (await host.exec(['nsenter', `--net=${second.key}`, 'grep', 'eth0:', '/proc/net/dev'])).split('\n');
      return Number(counters.trim().split(/\s+/)[10]);
    };
    await vi.waitFor(async () => expect(await sent()).toBeGreaterThanOrEqual(6), 3000);
    expect(await fairlead.doctor()).toEqual([]);
  });
});
