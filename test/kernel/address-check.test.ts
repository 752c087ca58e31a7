import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type FairleadError } from '#dist/index.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';
import { type Probe, startProbe } from '../tool/probe.js';
import { switchOf } from '../tool/switch.js';

// A machine on the segment has .7 and ::7. Whoever is to have one of them is told, before a packet of anybody goes astray. The time is never waited for
// where somebody answers; where nobody does it is.
const CHECK = 'com.fairlead.address_check';
const [PATIENT, BRIEF] = ['9000', '150'];

let host: HostNamespace;
let fairlead: Fairlead;
let machine: Probe;

beforeAll(async () => {
  host = await hostNamespace();
  const wires = await switchOf(host, [{ name: 'eth1' }, { name: 'eth2' }], ['10.90.0.7/24', 'fd90::7/64']);
  machine = await startProbe(wires.path);
  fairlead = await createFairlead({ host: host.path, state: join(host.run, 'state'), run: join(host.run, 'run') });
});
afterAll(async () => {
  await machine.close();
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

describe.each([
  { driver: 'macvlan', parent: 'eth1' },
  { driver: 'bridge', parent: 'eth2' },
])('a network of $driver that asks its segment', ({ driver, parent }) => {
  const network = `by-${driver}`;
  const attach = (ip: string, ip6: string) => fairlead.sandboxes.create({ networks: [{ network, ip, ip6 }] });
  const refusal = (ip: string, ip6: string) =>
    attach(ip, ip6).then(
      () => expect.unreachable(),
      (error: FairleadError) => error,
    );

  beforeAll(async () => {
    const config = [{ subnet: '10.90.0.0/24' }, { subnet: 'fd90::/64' }];
    await fairlead.networks.create({ name: network, driver, options: { parent, [CHECK]: PATIENT }, ipam: { config } });
  });
  afterAll(() => fairlead.networks.remove(network, { settle: true }));

  it('refuses an address that somebody there has, names who, and leaves nothing behind', async () => {
    const [four, six] = [await refusal('10.90.0.7', 'fd90::20'), await refusal('10.90.0.20', 'fd90::7')];
    expect([four, six]).toMatchObject([
      {
        code: 'address-in-use',
        message: expect.stringMatching(`^address 10.90.0.7 is used by (..:){5}.. on the segment of network ${network} \\(${parent}\\)`),
      },
      { code: 'address-in-use', values: { address: 'fd90::7', mac: four.values['mac'] } },
    ]);
    expect(await fairlead.endpoints.list()).toEqual([]);
  });

  it('asks it also where it is to be asked if there is one', async () => {
    await fairlead.networks.update(network, { options: { [CHECK]: 'auto' } });
    expect(await refusal('10.90.0.20', 'fd90::7')).toMatchObject({ code: 'address-in-use', values: { address: 'fd90::7' } });
  });

  it('gives what nobody has', async () => {
    await fairlead.networks.update(network, { options: { [CHECK]: BRIEF } });
    const { id } = await attach('10.90.0.20', 'fd90::20');
    expect([await machine.ping('10.90.0.20'), await machine.ping('fd90::20')]).toEqual(['pong', 'pong']);
    // Asked again it is the sandbox's own: IPAM knows that without asking anybody.
    expect(await refusal('10.90.0.20', 'fd90::21')).toMatchObject({ code: 'address-taken' });
    await fairlead.sandboxes.remove(id, { settle: true });
  });
});

it('what is held ready has no address that somebody on the segment has', async () => {
  const options = { parent: 'eth2', [CHECK]: PATIENT, 'com.fairlead.ready': '2' };
  await fairlead.networks.create({ name: 'held', options, ipam: { config: [{ subnet: '10.90.0.0/24', ipRange: '10.90.0.6/31' }] } });
  await expect.poll(async () => (await fairlead.info())['ready'], { timeout: 10_000 }).toBe(1);
  const { id } = await fairlead.sandboxes.create({ networks: [{ network: 'held' }] });
  expect((await fairlead.endpoints.list()).flatMap(({ automatic, leases }) => (automatic ? [] : leases.map(({ ip }) => ip)))).toEqual(['10.90.0.6']);
  await fairlead.sandboxes.remove(id, { settle: true });
  await fairlead.networks.remove('held', { settle: true });
});

it('a network that asks a segment if there is one, and is on none, asks nobody', async () => {
  await fairlead.networks.create({ name: 'own', options: { [CHECK]: 'auto' }, ipam: { config: [{ subnet: '10.91.0.0/24' }] } });
  const { id } = await fairlead.sandboxes.create({ networks: [{ network: 'own' }] });
  await fairlead.sandboxes.remove(id, { settle: true });
  await fairlead.networks.remove('own', { settle: true });
});
