import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { NetworkAsk } from '../model/asks.js';
import type { Fairlead } from '../model/fairlead.js';
import { inspectNetwork } from '../model/inspect.js';
import { MemoryStore } from '../store/memory/memory-store.js';

const TEMPLATE: NetworkAsk = {
  name: 'plan',
  configOnly: true,
  labels: { tier: 'db' },
  options: { 'com.docker.network.driver.mtu': '1400' },
  ipam: { config: [{ subnet: '10.64.0.0/24', gateway: '10.64.0.7', ipRange: '10.64.0.128/25', auxAddresses: { nas: '10.64.0.9' } }, { subnet: 'fd64::/64' }] },
};

const ground = () => ({ kernel: new SimulatedKernel({ instance: 'test' }), definitions: new MemoryStore(), boot: new MemoryStore() });
let stand: ReturnType<typeof ground>;
let fairlead: Fairlead;
beforeEach(async () => {
  stand = ground();
  ({ fairlead } = await openEngine(stand));
});
afterEach(async () => {
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead[Symbol.asyncDispose]();
});

const refused = (code: string, values: object = {}) => expect.objectContaining({ code, values: expect.objectContaining(values) });

describe('a config-only network', () => {
  it('is stored, and nothing more', async () => {
    const plan = await fairlead.networks.create(TEMPLATE);
    expect(plan).toMatchObject({ driver: 'null', scope: 'local', state: 'active', ipv4: true, ipv6: true, pools: [], facts: null });
    expect((await fairlead.explain('network/plan')).commands).toEqual([]);
    expect(await fairlead.plan({ network: { ...TEMPLATE, name: 'other' } })).toEqual([]);
    expect(await stand.kernel.read()).toEqual([]);
    await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/16' }] } });
  });

  it("is shown in Docker's shape", async () => {
    expect(inspectNetwork(await fairlead.networks.create(TEMPLATE), [], [])).toMatchObject({
      Driver: 'null',
      ConfigOnly: true,
      ConfigFrom: { Network: '' },
      EnableIPv6: true,
      IPAM: {
        Driver: 'default',
        Config: [
          { Subnet: '10.64.0.0/24', Gateway: '10.64.0.7', IPRange: '10.64.0.128/25', AuxiliaryAddresses: { nas: '10.64.0.9' } },
          { Subnet: 'fd64::/64' },
        ],
      },
      Options: { 'com.docker.network.driver.mtu': '1400' },
    });
  });

  it('takes any option later too, as when it was made, and neither a rate nor an egress', async () => {
    await fairlead.networks.create(TEMPLATE);
    expect(await fairlead.networks.update('plan', { options: { macvlan_mode: 'vepa', 'com.docker.network.driver.mtu': null } })).toMatchObject({
      options: { macvlan_mode: 'vepa' },
    });
    await expect(fairlead.networks.update('plan', { options: { macvlan_mod: null } })).rejects.toMatchObject({
      message: 'options: "macvlan_mod" is none that config-only network plan has',
      mend: 'there are: macvlan_mode',
    });
    await expect(fairlead.networks.update('plan', { rates: { out: 8_000_000 } })).rejects.toEqual(
      refused('config-only-with', { what: expect.stringMatching(/--rate-out/) }),
    );
    await expect(fairlead.networks.update('plan', { egress: ['none'] })).rejects.toEqual(refused('config-only-with', { what: '--egress' }));
    await fairlead.networks.update('plan', { rates: { out: null }, egress: null, labels: { tier: null } });
  });

  it('cannot be joined', async () => {
    await fairlead.networks.create(TEMPLATE);
    await expect(fairlead.endpoints.create({ network: 'plan' })).rejects.toEqual(refused('config-only-joined', { network: 'plan' }));
    await expect(fairlead.sandboxes.create({ networks: [{ network: 'plan' }] })).rejects.toEqual(refused('config-only-joined'));
  });

  it.each<[Partial<NetworkAsk>, RegExp]>([
    [{ internal: true }, /--internal/],
    [{ attachable: true }, /--attachable/],
    [{ driver: 'bridge' }, /--driver bridge/],
    [{ configFrom: 'x' }, /--config-from x/],
  ])('cannot have %j', async (more, what) => {
    await expect(fairlead.networks.create({ ...TEMPLATE, ...more })).rejects.toEqual(refused('config-only-with', { what: expect.stringMatching(what) }));
    expect(await fairlead.networks.list()).toHaveLength(3);
  });

  it.each<[Partial<NetworkAsk>, string]>([
    [{ ipam: { config: [{ subnet: '10.64.0.1/24' }] } }, 'subnet-invalid'],
    [{ ipam: { driver: 'other' } }, 'ipam-unknown'],
    [{ ipam: { options: { a: 'b' } } }, 'ipam-option-unknown'],
    [{ ipv4: false, ipam: {} }, 'family-none'],
    [{ name: 'bridge' }, 'name-taken'],
  ])('is refused where it is wrong by itself: %j', async (more, code) => {
    await expect(fairlead.networks.create({ ...TEMPLATE, ...more })).rejects.toEqual(refused(code));
  });
});

describe('a network made from it', () => {
  beforeEach(() => fairlead.networks.create(TEMPLATE));

  it('has what the template says, and what is its own', async () => {
    const web = await fairlead.networks.create({ name: 'web', configFrom: 'plan', internal: true, attachable: true });
    expect(web).toMatchObject({
      driver: 'bridge',
      internal: true,
      attachable: true,
      ipv6: true,
      labels: { tier: 'db' },
      options: TEMPLATE.options,
      configFrom: 'plan',
    });
    expect(web.pools).toMatchObject([
      { subnet: '10.64.0.0/24', gateway: '10.64.0.7', range: '10.64.0.128/25', aux: { nas: '10.64.0.9' } },
      { subnet: 'fd64::/64' },
    ]);
    expect(inspectNetwork(web, [], [])).toMatchObject({ ConfigOnly: false, ConfigFrom: { Network: 'plan' } });
    expect((await fairlead.explain('network/web')).commands.join('\n')).toMatch(/mtu 1400/);
  });

  it('says of an option that its driver does not take that it is the template’s', async () => {
    await fairlead.networks.update('plan', { options: { macvlan_mode: 'vepa', 'com.docker.network.driver.mtu': null } });
    await expect(fairlead.networks.create({ name: 'web', configFrom: 'plan' })).rejects.toMatchObject({
      code: 'option-unknown',
      status: 400,
      message: 'template plan: driver bridge has no option "macvlan_mode"',
      mend: 'is it for another --driver? else take it off: fairlead network update --opt-rm macvlan_mode plan',
    });
    await fairlead.networks.update('plan', { options: { macvlan_mode: null, 'com.docker.network.driver.mtu': 'x' } });
    await expect(fairlead.networks.create({ name: 'web', configFrom: 'plan' })).rejects.toMatchObject({
      code: 'option-invalid',
      message: expect.stringMatching(/^template plan: option com.docker.network.driver.mtu: "x" is /),
    });
  });

  it('is not changed by what the template becomes', async () => {
    await fairlead.networks.create({ name: 'web', configFrom: 'plan' });
    await fairlead.networks.update('plan', { options: { 'com.docker.network.driver.mtu': '1300' }, labels: { tier: null } });
    expect(await fairlead.networks.get('web')).toMatchObject({ options: TEMPLATE.options, labels: { tier: 'db' } });
    await fairlead.networks.remove('web', { settle: true });
    expect(await fairlead.networks.create({ name: 'next', configFrom: 'plan' })).toMatchObject({
      options: { 'com.docker.network.driver.mtu': '1300' },
      labels: {},
    });
  });

  it('keeps the template, also after a restart', async () => {
    await fairlead.networks.create({ name: 'web', configFrom: 'plan' });
    await expect(fairlead.networks.remove('plan')).rejects.toMatchObject({ code: 'config-in-use', message: 'configuration network "plan" is in use by web' });
    await fairlead[Symbol.asyncDispose]();
    stand = { ...stand, kernel: stand.kernel.again() };
    ({ fairlead } = await openEngine(stand));
    await expect(fairlead.networks.remove('plan')).rejects.toEqual(refused('config-in-use', { users: 'web' }));
    await fairlead.networks.remove('web');
    await fairlead.networks.remove('plan');
  });

  it('and the removal of its template at the same time: one of them is refused', async () => {
    const outcomes = await Promise.allSettled([fairlead.networks.create({ name: 'web', configFrom: 'plan' }), fairlead.networks.remove('plan')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const others = await Promise.allSettled([fairlead.networks.remove('plan'), fairlead.networks.create({ name: 'next', configFrom: 'plan' })]);
    expect(others.map(({ status }) => status)).toContain('rejected');
  });

  it.each<[Partial<NetworkAsk>, RegExp]>([
    [{ ipam: { driver: 'default' } }, /--ipam-driver/],
    [{ ipam: { options: { a: 'b' } } }, /--ipam-opt/],
    [{ ipam: { config: [{ subnet: '10.65.0.0/24' }] } }, /--subnet/],
    [{ labels: { a: 'b' } }, /--label/],
    [{ options: { 'com.docker.network.driver.mtu': '1500' } }, /--opt/],
    [{ ipv4: false }, /--ipv4=false/],
    [{ ipv6: true }, /--ipv6/],
  ])('cannot have %j of its own', async (more, what) => {
    await expect(fairlead.networks.create({ name: 'web', configFrom: 'plan', ...more })).rejects.toEqual(
      refused('config-from-with', { template: 'plan', what: expect.stringMatching(what) }),
    );
  });

  it('is refused where there is no such template, and where its driver takes no such options', async () => {
    await expect(fairlead.networks.create({ name: 'web', configFrom: 'plans' })).rejects.toEqual(refused('config-absent', { name: 'plans', other: '' }));
    await expect(fairlead.networks.create({ name: 'web', configFrom: 'bridge' })).rejects.toMatchObject({
      message: 'no config-only network "bridge"; the network of that name is none',
    });
    const { id } = await fairlead.networks.get('plan');
    await expect(fairlead.networks.create({ name: 'web', configFrom: id })).rejects.toEqual(refused('config-absent'));
    await fairlead.networks.create({ name: 'odd', configOnly: true, options: { macvlan_mode: 'vepa' } });
    await expect(fairlead.networks.create({ name: 'web', configFrom: 'odd' })).rejects.toEqual(refused('option-unknown', { option: 'macvlan_mode' }));
    expect((await fairlead.networks.list()).map(({ name }) => name)).not.toContain('web');
  });
});
