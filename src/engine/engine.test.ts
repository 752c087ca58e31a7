import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type FairleadOptions } from '../index.js';

let fairlead: Fairlead;
const open = async (options: FairleadOptions = {}) => {
  fairlead = await createFairlead({ kernel: 'simulated', ...options });
};
beforeEach(() => open());
afterEach(() => fairlead[Symbol.asyncDispose]());

const refused = (code: string, values: object = {}) => expect.objectContaining({ code, values: expect.objectContaining(values) });
const subnet = (cidr: string, more: object = {}) => ({ ipam: { config: [{ subnet: cidr, ...more }] } });
const routes = async (ref: string) => (await fairlead.explain(ref)).commands.filter((line) => / route /.test(line));

describe("the five calls of libnetwork's introduction", () => {
  it('make a network, an endpoint and a sandbox, and join them', async () => {
    const network = await fairlead.networks.create({ name: 'web' });
    const endpoint = await fairlead.endpoints.create({ network: 'web', name: 'one' });
    const sandbox = await fairlead.sandboxes.create({ name: 'box' });
    const joined = await fairlead.endpoints.join('one', 'box');
    expect(network).toMatchObject({ driver: 'bridge', state: 'active', pools: [{ subnet: '172.18.0.0/16', gateway: '172.18.0.1' }] });
    expect(endpoint).toMatchObject({ state: 'created', leases: [{ ip: '172.18.0.2' }], mac: '02:42:ac:12:00:02' });
    expect(joined).toMatchObject({ state: 'active', sandbox: sandbox.id, gateway: [4], link: { inside: 'eth0' } });
    expect(await routes('box')).toEqual([`ip -n ${sandbox.stack.slice(3)} route add default via 172.18.0.1 dev eth0 protocol 250`]);
    expect(await fairlead.doctor()).toEqual([]);
  });
});

describe('networks', () => {
  it('are three from the first start, as definitions', async () => {
    const shown = (await fairlead.networks.list()).map(({ name, driver, predefined }) => [name, driver, predefined]);
    expect(shown).toEqual([
      ['bridge', 'bridge', true],
      ['host', 'host', true],
      ['none', 'null', true],
    ]);
    expect((await fairlead.explain('network/bridge')).commands).toEqual([]);
  });

  it('of the predefined kind appear with their first join and go with their last leave', async () => {
    await fairlead.sandboxes.create({ name: 'a', networks: [{ network: 'bridge' }] });
    expect((await fairlead.explain('network/bridge')).commands.find((line) => line.startsWith('ip link add'))).toMatch(/^ip link add docker0 /);
    await fairlead.sandboxes.create({ name: 'b', networks: [{ network: 'bridge' }] });
    await fairlead.sandboxes.remove('a');
    expect((await fairlead.networks.get('bridge')).facts).not.toBeNull();
    await fairlead.sandboxes.remove('b');
    expect((await fairlead.networks.get('bridge')).facts).toBeNull();
    expect((await fairlead.explain('network/bridge')).commands).toEqual([]);
    await expect(fairlead.networks.remove('bridge')).rejects.toEqual(refused('network-predefined'));
  });

  it('have unique names', async () => {
    await fairlead.networks.create({ name: 'web' });
    await expect(fairlead.networks.create({ name: 'web' })).rejects.toEqual(refused('name-taken', { kind: 'network', name: 'web' }));
    const both = await Promise.allSettled([fairlead.networks.create({ name: 'db' }), fairlead.networks.create({ name: 'db' })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('are not removed while they have endpoints, joined or not', async () => {
    await fairlead.networks.create({ name: 'web' });
    await fairlead.endpoints.create({ network: 'web', name: 'one' });
    await expect(fairlead.networks.remove('web')).rejects.toMatchObject({
      code: 'network-in-use',
      mend: 'remove them first: fairlead endpoint rm web/one',
    });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    await expect(fairlead.networks.remove('web')).rejects.toMatchObject({
      mend: 'disconnect its sandboxes first: fairlead network disconnect web box',
    });
    await fairlead.sandboxes.remove('box');
    await fairlead.endpoints.remove('one');
    await fairlead.networks.remove('web', { settle: true });
    await expect(fairlead.networks.get('web')).rejects.toEqual(refused('network-absent'));
  });

  it('exist once where the driver allows one', async () => {
    await expect(fairlead.networks.create({ name: 'host2', driver: 'host' })).rejects.toEqual(refused('network-single', { existing: 'host' }));
    await expect(fairlead.networks.create({ name: 'none2', driver: 'null' })).rejects.toEqual(refused('network-single', { existing: 'none' }));
  });

  it('take any subnet that is free, and the same again at once after removal', async () => {
    await fairlead.networks.create({ name: 'a', ...subnet('10.64.0.0/24') });
    await expect(fairlead.networks.create({ name: 'b', ...subnet('10.64.0.128/25') })).rejects.toMatchObject({
      code: 'pool-overlap',
      message: 'subnet 10.64.0.128/25 overlaps network "a" (10.64.0.0/24)',
    });
    await fairlead.networks.remove('a');
    await fairlead.networks.create({ name: 'b', ...subnet('10.64.0.128/25') });
  });

  it('are dual stack on request, with a subnet picked for each family', async () => {
    const { pools } = await fairlead.networks.create({ name: 'six', ipv6: true });
    expect(pools.map(({ family }) => family)).toEqual([4, 6]);
    expect(pools[1]?.subnet).toMatch(/^fd[0-9a-f:]+\/64$/);
    const endpoint = await fairlead.endpoints.create({ network: 'six' });
    expect(endpoint.leases.map(({ family }) => family)).toEqual([4, 6]);
  });

  it('give internal networks no way out, no masquerade and no forwarding', async () => {
    await fairlead.networks.create({ name: 'inner', internal: true });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'inner' }] });
    const { commands } = await fairlead.explain('network/inner');
    expect(commands.some((line) => /masq|sysctl|fenced/.test(line))).toBe(false);
    expect(commands.some((line) => /element inet fairlead internal/.test(line))).toBe(true);
    expect(await routes('box')).toEqual([]);
  });

  it('change while they live', async () => {
    await fairlead.networks.create({ name: 'web', labels: { a: '1', b: '2' } });
    const changed = await fairlead.networks.update('web', {
      labels: { a: null, c: '3' },
      options: { 'com.docker.network.bridge.enable_icc': 'false', 'com.docker.network.driver.mtu': '1400' },
    });
    expect(changed.labels).toEqual({ b: '2', c: '3' });
    expect((await fairlead.explain('web')).commands.join('\n')).toMatch(/icc_off[^]*mtu 1400/);
    expect(await fairlead.doctor()).toEqual([]);
    await expect(fairlead.networks.update('web', { options: { 'com.docker.network.bridge.name': 'x' } })).rejects.toEqual(refused('option-invalid'));
  });

  it('refuse what is wrong, and nothing changes', async () => {
    const before = await fairlead.networks.list();
    const wrong: [object, string][] = [
      [{ name: '' }, 'name-invalid'],
      [{ name: 'a b' }, 'name-invalid'],
      [{ name: 'x'.repeat(129) }, 'name-invalid'],
      [{ name: 'x', driver: 'bridg' }, 'driver-unknown'],
      [{ name: 'x', options: { 'com.docker.network.bridge.nam': 'y' } }, 'option-unknown'],
      [{ name: 'x', options: { 'com.docker.network.bridge.name': 'much-too-long-for-it' } }, 'option-invalid'],
      [{ name: 'x', options: { 'com.docker.network.driver.mtu': '-1' } }, 'option-invalid'],
      [{ name: 'x', ipv6: true, options: { 'com.docker.network.driver.mtu': '1000' } }, 'option-invalid'],
      [{ name: 'x', ...subnet('10.0.0.0') }, 'subnet-invalid'],
      [{ name: 'x', ...subnet('10.0.0.1/24') }, 'subnet-invalid'],
      [{ name: 'x', ...subnet('10.0.0.0/24', { gateway: '10.0.1.1' }) }, 'pool-outside'],
      [{ name: 'x', ...subnet('10.0.0.0/24', { ipRange: '10.0.1.0/25' }) }, 'pool-outside'],
      [{ name: 'x', ...subnet('10.0.0.0/24', { gateway: 'fd00::1' }) }, 'value-invalid'],
      [{ name: 'x', ipam: { config: [{ gateway: '10.0.0.1' }] } }, 'value-invalid'],
      [{ name: 'x', ipam: { config: [{ subnet: '10.0.0.0/24' }, { subnet: '10.1.0.0/24' }] } }, 'value-invalid'],
      [{ name: 'x', ipam: { driver: 'none' } }, 'ipam-unknown'],
      [{ name: 'x', ipam: { options: { a: 'b' } } }, 'ipam-option-unknown'],
      [{ name: 'x', ...subnet('::/0') }, 'subnet-invalid'],
      [{ name: 'x', ipv4: false }, 'family-none'],
    ];
    for (const [ask, code] of wrong) await expect(fairlead.networks.create(ask as { name: string }), JSON.stringify(ask)).rejects.toEqual(refused(code));
    expect(await fairlead.networks.list()).toEqual(before);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('name an option nearly right, and where all of them are', async () => {
    await expect(fairlead.networks.create({ name: 'x', options: { 'com.docker.network.bridge.nam': 'y' } })).rejects.toMatchObject({
      message: 'driver bridge has no option "com.docker.network.bridge.nam"; did you mean com.docker.network.bridge.name?',
      mend: 'all of them: fairlead network create --help bridge',
    });
    await expect(fairlead.networks.create({ name: 'x', driver: 'null', options: { a: 'b' } })).rejects.toMatchObject({ mend: 'it has none; leave it out' });
  });

  it('do not share a device', async () => {
    const options = { 'com.docker.network.bridge.name': 'br-mine' };
    await fairlead.networks.create({ name: 'a', options });
    await expect(fairlead.networks.create({ name: 'b', options })).rejects.toEqual(refused('device-claimed'));
    expect((await fairlead.networks.list()).map(({ name }) => name)).not.toContain('b');
  });

  it('can be planned without being made', async () => {
    const lines = await fairlead.plan({ network: { name: 'web', ...subnet('10.9.0.0/24') } });
    expect(lines.some((line) => line.includes('10.9.0.1/24'))).toBe(true);
    expect(await fairlead.networks.list()).toHaveLength(3);
    await fairlead.networks.create({ name: 'web', ...subnet('10.9.0.0/24') });
    await expect(fairlead.plan({ network: { name: 'web' } })).rejects.toEqual(refused('name-taken'));
    await expect(fairlead.plan({ network: { name: 'h', driver: 'host' } })).rejects.toEqual(refused('network-single'));
    const shown = await fairlead.plan({ network: { name: 'db' } });
    const { pools } = await fairlead.networks.create({ name: 'db' });
    expect(shown.join('\n')).toContain(`${pools[0]?.gateway}/16`);
  });
});

describe('endpoints', () => {
  beforeEach(async () => {
    await fairlead.networks.create({ name: 'web', ...subnet('10.64.0.0/24') });
    await fairlead.sandboxes.create({ name: 'box' });
  });

  it('keep their addresses over leave and join', async () => {
    const made = await fairlead.endpoints.create({ network: 'web', name: 'one' });
    await fairlead.endpoints.join('one', 'box');
    const left = await fairlead.endpoints.leave('one');
    expect(left).toMatchObject({ state: 'created', leases: made.leases, gateway: [] });
    expect(left.sandbox).toBeUndefined();
    expect(await fairlead.endpoints.join('one', 'box')).toMatchObject({ leases: made.leases, state: 'active' });
  });

  it('join once, and leave only what they joined', async () => {
    await fairlead.endpoints.create({ network: 'web', name: 'one' });
    await fairlead.endpoints.join('one', 'box');
    await expect(fairlead.endpoints.join('one', 'box')).rejects.toEqual(refused('endpoint-joined', { endpoint: 'one', sandbox: 'box' }));
    await expect(fairlead.endpoints.remove('one')).rejects.toEqual(refused('endpoint-active'));
    await fairlead.endpoints.leave('one');
    await expect(fairlead.endpoints.leave('one')).rejects.toEqual(refused('endpoint-not-joined'));
    await fairlead.endpoints.join('one', 'box');
    await fairlead.endpoints.remove('one', { force: true });
    await expect(fairlead.endpoints.get('one')).rejects.toEqual(refused('endpoint-absent'));
  });

  it('have names unique in their network, and only there', async () => {
    await fairlead.networks.create({ name: 'db' });
    await fairlead.endpoints.create({ network: 'web', name: 'one' });
    await expect(fairlead.endpoints.create({ network: 'web', name: 'one' })).rejects.toEqual(refused('endpoint-name-taken'));
    await fairlead.endpoints.create({ network: 'db', name: 'one' });
    await expect(fairlead.endpoints.get('one')).rejects.toEqual(refused('reference-ambiguous'));
  });

  it('take static addresses, refuse taken ones and those of other subnets', async () => {
    const made = await fairlead.endpoints.create({ network: 'web', name: 'one', ip: '10.64.0.9', mac: '02:00:00:00:00:09' });
    expect(made).toMatchObject({ leases: [{ address: '10.64.0.9/24' }], mac: '02:00:00:00:00:09' });
    await expect(fairlead.endpoints.create({ network: 'web', ip: '10.64.0.9' })).rejects.toEqual(refused('address-taken'));
    await expect(fairlead.endpoints.create({ network: 'web', ip: '10.65.0.9' })).rejects.toEqual(refused('address-outside', { subnets: '10.64.0.0/24' }));
    await expect(fairlead.endpoints.create({ network: 'web', ip6: 'fd00::9' })).rejects.toEqual(refused('address-family'));
    await expect(fairlead.endpoints.create({ network: 'web', mac: '01:00:00:00:00:09' })).rejects.toEqual(refused('value-invalid'));
    expect(await fairlead.endpoints.list()).toHaveLength(1);
  });

  it('give an address back only when its link has gone, and then at once to whoever waits for it', async () => {
    await fairlead.endpoints.create({ network: 'web', name: 'one', ip: '10.64.0.9', sandbox: 'box' });
    await fairlead.endpoints.remove('one', { force: true });
    await fairlead.endpoints.create({ network: 'web', name: 'two', ip: '10.64.0.9', sandbox: 'box' });
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('are rolled back whole when joining fails', async () => {
    await expect(fairlead.endpoints.create({ network: 'web', name: 'one', sandbox: 'box', interfaceName: 'lo' })).rejects.toEqual(refused('value-invalid'));
    await fairlead.endpoints.create({ network: 'web', name: 'first', sandbox: 'box', interfaceName: 'net0' });
    await fairlead.networks.create({ name: 'db' });
    await expect(fairlead.endpoints.create({ network: 'db', name: 'two', sandbox: 'box', interfaceName: 'net0' })).rejects.toEqual(refused('interface-taken'));
    expect((await fairlead.endpoints.list()).map(({ name }) => name)).toEqual(['first']);
    await fairlead.networks.remove('db');
  });
});

describe('sandboxes', () => {
  it('are attached to several networks at once, all or none', async () => {
    await fairlead.networks.create({ name: 'web' });
    await expect(fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }, { network: 'absent' }] })).rejects.toEqual(refused('network-absent'));
    await expect(fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }, { network: 'web' }] })).rejects.toMatchObject({
      message: 'network: "web" is given twice',
    });
    expect(await fairlead.sandboxes.list()).toEqual([]);
    expect(await fairlead.endpoints.list()).toEqual([]);
    await fairlead.networks.create({ name: 'db' });
    const box = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }, { network: 'db' }] });
    const endpoints = await fairlead.endpoints.list();
    expect(endpoints.map(({ name, link, sandbox }) => [name, link?.inside, sandbox])).toEqual([
      ['box', 'eth0', box.id],
      ['box', 'eth1', box.id],
    ]);
    await expect(fairlead.endpoints.create({ network: 'web', name: 'x', sandbox: 'box' })).rejects.toEqual(refused('sandbox-connected'));
  });

  it('go with their endpoints', async () => {
    await fairlead.networks.create({ name: 'web' });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    await fairlead.sandboxes.remove('box', { settle: true });
    expect(await fairlead.endpoints.list()).toEqual([]);
    await fairlead.networks.remove('web', { settle: true });
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('adopt a namespace that there is, and refuse what is none', async () => {
    await expect(fairlead.sandboxes.create({ netns: '/etc/passwd' })).rejects.toEqual(refused('namespace-invalid'));
    expect(await fairlead.sandboxes.list()).toEqual([]);
  });

  it("are the host's own stack on the network host, and alone on none", async () => {
    const box = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'host' }] });
    expect(box.stack).toBe('host');
    await expect(fairlead.endpoints.create({ network: 'bridge', sandbox: 'box' })).rejects.toEqual(refused('network-exclusive'));
    const dns = { hosts: [{ name: 'nas', address: '192.0.2.7' }] };
    await expect(fairlead.sandboxes.create({ networks: [{ network: 'host' }], dns })).rejects.toMatchObject({
      message: expect.stringMatching(/^the new sandbox cannot/),
    });
    await fairlead.sandboxes.create({ name: 'lone', networks: [{ network: 'none' }] });
    await expect(fairlead.endpoints.create({ network: 'bridge', sandbox: 'lone' })).rejects.toEqual(refused('network-exclusive'));
    await fairlead.sandboxes.create({ name: 'own' });
    await expect(fairlead.endpoints.create({ network: 'host', sandbox: 'own' })).rejects.toEqual(refused('network-exclusive'));
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('are told who has the address that they want', async () => {
    await fairlead.networks.create({ name: 'web', ...subnet('10.64.0.0/24') });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    await expect(fairlead.sandboxes.create({ networks: [{ network: 'web', ip: '10.64.0.2' }] })).rejects.toMatchObject({
      message: 'address 10.64.0.2 is already in use by endpoint box',
    });
  });

  it('are renamed and labelled while they live', async () => {
    await fairlead.sandboxes.create({ name: 'box' });
    expect(await fairlead.sandboxes.update('box', { name: 'crate', labels: { a: '1' } })).toMatchObject({ name: 'crate', labels: { a: '1' } });
    await expect(fairlead.sandboxes.get('box')).rejects.toEqual(refused('sandbox-absent'));
    await fairlead.sandboxes.create({ name: 'box' });
    await expect(fairlead.sandboxes.update('box', { name: 'crate' })).rejects.toEqual(refused('name-taken'));
  });
});

describe('ways out', () => {
  const gateway = async (name: string) => (await fairlead.endpoints.get(name)).gateway;
  beforeEach(async () => {
    for (const name of ['alpha', 'beta']) await fairlead.networks.create({ name });
    await fairlead.networks.create({ name: 'inner', internal: true });
    await fairlead.sandboxes.create({ name: 'box' });
  });

  it('go by the name of the network where all else is equal, whatever the order of joining', async () => {
    await fairlead.endpoints.create({ network: 'beta', name: 'b', sandbox: 'box' });
    expect(await gateway('b')).toEqual([4]);
    await fairlead.endpoints.create({ network: 'alpha', name: 'a', sandbox: 'box' });
    expect([await gateway('a'), await gateway('b')]).toEqual([[4], []]);
    expect(await routes('box')).toHaveLength(1);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('go by priority first, also when it changes', async () => {
    await fairlead.endpoints.create({ network: 'alpha', name: 'a', sandbox: 'box' });
    await fairlead.endpoints.create({ network: 'beta', name: 'b', sandbox: 'box', gatewayPriority: 5 });
    expect([await gateway('a'), await gateway('b')]).toEqual([[], [4]]);
    await fairlead.endpoints.update('a', { gatewayPriority: 9 });
    expect([await gateway('a'), await gateway('b')]).toEqual([[4], []]);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('pass on when the endpoint leaves', async () => {
    await fairlead.endpoints.create({ network: 'alpha', name: 'a', sandbox: 'box' });
    await fairlead.endpoints.create({ network: 'beta', name: 'b', sandbox: 'box' });
    await fairlead.endpoints.leave('a');
    expect(await gateway('b')).toEqual([4]);
    expect(await routes('box')).toHaveLength(1);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('are never an internal network, and may differ between the families', async () => {
    await fairlead.networks.create({ name: 'six', ipv6: true });
    await fairlead.endpoints.create({ network: 'inner', name: 'i', sandbox: 'box', gatewayPriority: 100 });
    await fairlead.endpoints.create({ network: 'alpha', name: 'a', sandbox: 'box', gatewayPriority: 7 });
    await fairlead.endpoints.create({ network: 'six', name: 's', sandbox: 'box' });
    expect([await gateway('i'), await gateway('a'), await gateway('s')]).toEqual([[], [4], [6]]);
  });
});

describe('events', () => {
  it('tell what became true, in order', async () => {
    const stop = new AbortController();
    const events = fairlead.events(stop.signal);
    await fairlead.networks.create({ name: 'web' });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    await fairlead.sandboxes.remove('box');
    const seen: string[] = [];
    for await (const { kind, name, change } of events) {
      seen.push(`${kind} ${name} ${change}`);
      if (seen.length === 6) stop.abort();
    }
    expect(seen).toEqual([
      'network web created',
      'sandbox box created',
      'endpoint box created',
      'endpoint box joined',
      'endpoint box removed',
      'sandbox box removed',
    ]);
  });
});

describe('many at once', () => {
  it('never give an address twice, and leave nothing', async () => {
    await fairlead.networks.create({ name: 'web', ...subnet('10.64.0.0/24') });
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
    await Promise.all(names.map((name) => fairlead.sandboxes.create({ name, networks: [{ network: 'web' }] })));
    const addresses = (await fairlead.endpoints.list()).map(({ leases }) => leases[0]?.ip);
    expect(new Set(addresses).size).toBe(200);
    await Promise.all(names.map((name) => fairlead.sandboxes.remove(name)));
    await fairlead.settled();
    expect(await fairlead.endpoints.list()).toEqual([]);
    await fairlead.networks.remove('web', { settle: true });
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('tell when a subnet is used up', async () => {
    await fairlead.networks.create({ name: 'tiny', ...subnet('10.64.0.0/30') });
    await fairlead.endpoints.create({ network: 'tiny' });
    await expect(fairlead.endpoints.create({ network: 'tiny' })).rejects.toEqual(refused('addresses-exhausted'));
  });
});

describe('options of the library', () => {
  it('give every network of a driver what it does not say itself, checked at the opening', async () => {
    await fairlead[Symbol.asyncDispose]();
    await open({ drivers: { bridge: { 'com.docker.network.driver.mtu': '1400' } } });
    await fairlead.networks.create({ name: 'web' });
    expect((await fairlead.explain('web')).commands.find((line) => line.startsWith('ip link add'))).toMatch(/ mtu 1400 /);
    await expect(createFairlead({ kernel: 'simulated', drivers: { bridge: { nonsense: '1' } } })).rejects.toEqual(refused('option-unknown'));
    await expect(createFairlead({ kernel: 'simulated', drivers: { brigde: {} } })).rejects.toEqual(refused('driver-unknown'));
  });
});
