import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { accept, ct, iifname, is, l4proto, oifname } from '#dist/kernel/linux/nftables/statement.js';
import { forgerOf } from '../tool/forger.js';
import { deleteTable, dockerFirewall, flushChain, foreignRule, foreignTable } from '../tool/foreign-table.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { HOST4, HOST6, OUTSIDE4, OUTSIDE6, outsideOf } from '../tool/outside.js';
import { type Probe, startProbe } from '../tool/probe.js';

// A host whose own firewall drops what is forwarded, with real packets: it has the last word, and doctor says what opens it. Where the
// firewall is Docker's, networks are let pass in the chain that Docker leaves to others.
describe.each([
  { filter: 'off', value: '0' },
  { filter: 'on', value: '1' },
])('the firewall of the host, with br_netfilter $filter', ({ value }) => {
  let host: HostNamespace;
  let fairlead: Fairlead;
  let device: string;
  const filtered = value === '1';
  const probes = new Map<string, Probe>();
  const at = (name: string): Probe => probes.get(name) as Probe;
  const open = () => createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run'), driftInterval: 0 });
  // The cable to the outside is another's.
  const look = async () => (await fairlead.doctor()).filter(({ code }) => code !== 'instance-other');
  const found = async () => (await look()).map(({ code, object }) => `${code} ${object}`).sort();
  const mends = async (code: string) => (await look()).filter((each) => each.code === code).flatMap(({ mend }) => mend.split('; '));
  const ways = async () => ({
    out: [await at('a').tcp(OUTSIDE4), await at('a').tcp(OUTSIDE6)],
    published: [await at('outside').tcp(HOST4, 8000), await at('outside').tcp(HOST6, 8000)],
    loopback: await at('host').tcp('127.0.0.1', 8100),
    within: [await at('b').tcp('10.64.0.2'), await at('b').tcp('fd64::2')],
  });
  const OPEN = {
    out: [HOST4, HOST6],
    published: [OUTSIDE4, OUTSIDE6],
    loopback: expect.stringMatching(/^10\.64\.0\.1$/),
    within: ['10.64.0.3', 'fd64::3'],
  };
  const CLOSED = { ...OPEN, out: [null, null], published: [null, null], ...(filtered && { within: [null, null] }) };

  beforeAll(async () => {
    host = await hostNamespace();
    for (const family of ['iptables', 'ip6tables']) await host.exec(['sh', '-c', `echo ${value} > /proc/sys/net/bridge/bridge-nf-call-${family}`]);
    const outside = await outsideOf(host);
    const forged = await forgerOf(host);
    fairlead = await open();
    await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }, { subnet: 'fd64::/64' }] } });
    const a = await fairlead.sandboxes.create({
      name: 'a',
      networks: [{ network: 'web' }],
      ports: [
        { hostPort: 8000, port: 7000 },
        { hostPort: 8100, port: 7000, hostIp: '127.0.0.1' },
      ],
    });
    const b = await fairlead.sandboxes.create({ name: 'b', networks: [{ network: 'web' }] });
    device = String((await fairlead.networks.get('web')).facts?.['device']);
    for (const [name, path] of [
      ['a', a.key],
      ['b', b.key],
      ['outside', outside],
      ['forger', forged.path],
      ['host', host.path],
    ] as const)
      probes.set(name, await startProbe(path, name));
  });
  afterAll(async () => {
    for (const probe of probes.values()) await probe.close();
    await fairlead[Symbol.asyncDispose]();
    await host.close();
  });

  it('is open where there is none', async () => {
    expect(await ways()).toEqual(OPEN);
    expect(await found()).toEqual([]);
  });

  describe('that drops what is forwarded', () => {
    const add = (...rule: Parameters<typeof foreignRule>[3]) => host.netfilter(foreignRule('inet', 'hostfw', 'forward', rule));
    afterEach(() => host.netfilter(deleteTable('inet', 'hostfw')));

    it('keeps ways out and published ports closed until its administrator opens them as doctor says', async () => {
      await host.netfilter(foreignTable('inet', 'hostfw', [{ name: 'forward', policy: 'drop', rules: [[ct.state('established', 'related'), accept]] }]));
      expect(await ways()).toEqual(CLOSED);
      expect(await found()).toEqual([...(filtered ? ['bridged-closed network/web'] : []), 'forward-closed network/web']);
      expect(await mends('forward-closed')).toEqual([
        `nft insert rule inet hostfw forward iifname '"${device}"' accept`,
        'nft insert rule inet hostfw forward meta l4proto tcp ct status dnat ct original proto-dst 8000 accept',
      ]);
      if (filtered) {
        expect(await mends('bridged-closed')).toEqual([`nft insert rule inet hostfw forward iifname '"${device}"' oifname '"${device}"' accept`]);
        await add(is(iifname, device), is(oifname, device), accept);
        expect(await ways()).toEqual({ ...CLOSED, within: OPEN.within });
        expect(await found()).toEqual(['forward-closed network/web']);
      }
      await add(is(iifname, device), accept);
      expect(await ways()).toEqual({ ...OPEN, published: CLOSED.published });
      expect(await mends('forward-closed')).toEqual(['nft insert rule inet hostfw forward meta l4proto tcp ct status dnat ct original proto-dst 8000 accept']);
      await add(is(l4proto, 'tcp'), ct.status('dnat'), accept);
      expect(await ways()).toEqual(OPEN);
      expect(await found()).toEqual([]);
    });

    it('is told of for answers too, where it does not know established connections', async () => {
      await host.netfilter(foreignTable('inet', 'hostfw', [{ name: 'forward', policy: 'drop', rules: [[is(iifname, device), accept]] }]));
      expect((await ways()).out).toEqual([null, null]);
      expect((await mends('forward-closed'))[0]).toBe(`nft insert rule inet hostfw forward oifname '"${device}"' ct state established,related accept`);
    });
  });

  describe("of Docker's", () => {
    const FAMILIES = ['ip', 'ip6'] as const;
    const start = async () => {
      for (const family of FAMILIES) await host.netfilter(dockerFirewall(family));
    };
    const opens = () => vi.waitFor(async () => expect(await found()).toEqual([]), { timeout: 10_000 });
    afterEach(async () => {
      for (const family of FAMILIES) await host.netfilter(deleteTable(family, 'filter')).catch(() => {});
    });

    it('lets networks of ours pass by rules in DOCKER-USER, also when Docker comes later or begins anew', async () => {
      await start();
      await opens();
      expect(await ways()).toEqual(OPEN);
      await host.netfilter(flushChain('ip', 'filter', 'DOCKER-USER'));
      await opens();
      expect(await ways()).toEqual(OPEN);
      for (const family of FAMILIES) await host.netfilter(deleteTable(family, 'filter'));
      await start();
      await opens();
      expect(await ways()).toEqual(OPEN);
    });

    it('follows a link whose only address was made of what a router advertised, and no link to guests of others', async () => {
      await start();
      await opens();
      const ways = async () =>
        (await fairlead.explain('network/web')).commands.flatMap((line) => /rule ip6 .*DOCKER-USER iifname .* oifname '"(.*?)"'/.exec(line)?.[1] ?? []).sort();
      try {
        await host.exec(['ip', 'link', 'add', 'guest0', 'type', 'veth', 'peer', 'guest1']);
        await host.exec(['ip', 'address', 'add', '2001:db8:8::1/64', 'dev', 'guest0']);
        await host.exec(['ip', 'link', 'add', 'second0', 'link', 'guest1', 'up', 'type', 'macvlan']);
        await host.exec([
          process.execPath,
          fileURLToPath(new URL('./advertised-address.child.mjs', import.meta.url)),
          'second0',
          '20010db8000700000000000000000001',
        ]);
        await vi.waitFor(async () => expect(await ways()).toEqual(['second0', 'uplink0']), { timeout: 5000 });
      } finally {
        await host.exec(['ip', 'link', 'delete', 'guest0']).catch(() => {});
      }
      await vi.waitFor(async () => expect(await ways()).toEqual(['uplink0']), { timeout: 5000 });
      await opens();
    });

    it('drops still what was never allowed, and has nothing of ours left when a network has gone', async () => {
      expect(await at('a').tcp('198.51.100.2')).toBe('198.51.100.1');
      await start();
      await opens();
      expect(await at('outside').tcp('10.64.0.2')).toBeNull();
      // By no way out of the host: that might be a network of Docker's.
      expect(await at('a').tcp('198.51.100.2')).toBeNull();
      const rules = async (name: string) => (await fairlead.explain(name)).commands.filter((line) => line.includes('DOCKER-USER'));
      expect(await rules('web')).toEqual(
        FAMILIES.flatMap((family) => [
          expect.stringMatching(`^nft insert rule ${family} filter DOCKER-USER oifname '"${device}"' accept comment`),
          expect.stringMatching(`^nft insert rule ${family} filter DOCKER-USER iifname '"${device}"' oifname '"uplink0"' accept comment`),
        ]),
      );
      await fairlead.networks.create({ name: 'second', ipam: { config: [{ subnet: '10.65.0.0/24' }] } });
      expect(await rules('second')).toHaveLength(2);
      await fairlead.networks.remove('second', { settle: true });
      // What nobody claims would be a leftover.
      expect(await found()).toEqual([]);
    });
  });
});
