import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dhcpServer } from '../../../test/tool/dhcp-server.js';
import { openEngine } from '../../../test/tool/open-engine.js';
import { silent } from '../../base/log.js';
import type { Log } from '../../base/log.js';
import { Queues } from '../../base/queues.js';
import { SimulatedKernel } from '../../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../../store/memory/memory-store.js';
import { answerCall } from './answer.js';
import type { RunPlugin } from '../../cni/run/run-plugin.js';
import { failure } from '../../base/error.js';
import { Field } from '../../cni/wire/field.js';
import type { InterfaceAddress } from '../../ip/types.js';
import type { CniService } from './service.js';

// Calls as a runtime makes them, of an engine on a simulated kernel.
let kernel: SimulatedKernel;
let opened: Awaited<ReturnType<typeof openEngine>>;
let service: CniService;
let boxes: Map<string, string>;
/** Plugins that give addresses. */
let run: RunPlugin;
let args: string;
const logged: string[] = [];
const log: Log = { ...silent, error: (message) => void logged.push(message) };
const lan0 = { name: 'lan0', type: 'bridge', addresses: ['192.0.2.7/24' as InterfaceAddress] };
beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test', foreign: { links: [lan0] } });
  run = () => Promise.reject(new Error('no other plugin is asked'));
  args = '';
  logged.length = 0;
  opened = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() });
  service = { fairlead: opened.fairlead, queues: new Queues(), resolves: true };
  boxes = new Map();
});
afterEach(async () => {
  expect(await opened.fairlead.doctor()).toEqual([]);
  await opened.fairlead[Symbol.asyncDispose]();
});

const netnsOf = (box: string): string => {
  const path = boxes.get(box) ?? kernel.offer();
  boxes.set(box, path);
  return path;
};
async function call(verb: string, name: string | undefined, more: object = {}, box = 'box', ifName = 'eth0'): Promise<Record<string, unknown>> {
  const variables = { CNI_COMMAND: verb, CNI_CONTAINERID: box, CNI_NETNS: netnsOf(box), CNI_IFNAME: ifName, CNI_PATH: '/opt/cni/bin', CNI_ARGS: args };
  const input = JSON.stringify({ cniVersion: '1.1.0', name, type: 'fairlead', ...more });
  const { out } = await answerCall((work) => work(service), { variables, input, run }, log);
  return out === '' ? {} : (JSON.parse(out) as Record<string, unknown>);
}
const ipam = (subnet: string, ...more: readonly object[]) => ({ ipam: { subnet, ...Object.assign({}, ...more) } });
const networks = async () => (await opened.fairlead.networks.list()).flatMap(({ name, labels }) => (Object.keys(labels).length > 0 ? [name] : []));

describe('the way out', () => {
  const wayOf = async () => (await opened.fairlead.endpoints.list()).filter(({ gateway }) => gateway.length > 0).map(({ name }) => name);

  it('is the interface that came first of those that are there', async () => {
    await call('ADD', 'alpha', ipam('10.1.0.0/24'), 'box', 'eth0');
    await call('ADD', 'beta', ipam('10.2.0.0/24'), 'box', 'eth1');
    expect(await wayOf()).toEqual(['box.eth0']);
    await call('DEL', 'alpha', {}, 'box', 'eth0');
    await call('ADD', 'aaa', ipam('10.3.0.0/24'), 'box', 'eth2');
    expect(await wayOf()).toEqual(['box.eth1']);
  });

  it('is none of ours where another plugin leads outside, and none is said', async () => {
    await kernel.disturb.leadOut(netnsOf('box'));
    expect(await call('ADD', 'side', ipam('10.4.0.0/24', { routes: [{ dst: '0.0.0.0/0' }, { dst: '10.9.0.0/16' }] }))).toMatchObject({
      routes: [{ dst: '10.9.0.0/16' }],
    });
    expect(await call('ADD', 'more', ipam('10.5.0.0/24'), 'box', 'eth1')).not.toHaveProperty('routes');
    expect(await wayOf()).toEqual([]);
  });
});

describe('a network that nobody uses any more', () => {
  it.each([
    ['subnet', ipam('10.1.0.0/24'), ipam('10.1.0.0/25')],
    ['bridge', { ...ipam('10.1.0.0/24'), bridge: 'cni9' }, { ...ipam('10.2.0.0/24'), bridge: 'cni9' }],
  ])('gives its %s to the next', async (_, old, fresh) => {
    await call('ADD', 'old', old);
    await call('DEL', 'old');
    expect(await call('ADD', 'new', fresh)).toMatchObject({ ips: [{}] });
    expect(await networks()).toEqual(['new']);
  });

  it('keeps it as long as somebody is on it', async () => {
    await call('ADD', 'old', ipam('10.1.0.0/24'));
    expect(await call('ADD', 'new', ipam('10.1.0.0/24'), 'other')).toMatchObject({
      code: 7,
      msg: expect.stringContaining('overlaps network "old"'),
      details: expect.stringContaining('when the containers of network "old" have gone (1 are there)'),
    });
    expect(await networks()).toEqual(['old']);
  });

  it('is left alone where a person made it, who is told how it goes', async () => {
    await opened.fairlead.networks.create({ name: 'theirs', ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
    expect(await call('ADD', 'new', ipam('10.1.0.0/24'))).toMatchObject({ code: 7, details: expect.stringContaining('fairlead network rm theirs') });
    await opened.fairlead.networks.get('theirs');
  });
});

describe('a network that an ADD made which fails', () => {
  const unfit = { runtimeConfig: { ips: ['10.9.0.9/24'] } };

  it('goes again, and is made by the next that does not', async () => {
    expect(await call('ADD', 'web', { ...ipam('10.1.0.0/24'), ...unfit })).toHaveProperty('code');
    expect(await networks()).toEqual([]);
    expect(await call('ADD', 'web', ipam('10.2.0.0/24'))).toMatchObject({ ips: [{ address: '10.2.0.2/24' }] });
  });

  it('stays where it was there before, and where another is on it', async () => {
    const both = await Promise.all([call('ADD', 'web', { ...ipam('10.1.0.0/24'), ...unfit }), call('ADD', 'web', ipam('10.1.0.0/24'), 'other')]);
    expect(both).toMatchObject([{ code: expect.any(Number) }, { ips: [{ address: '10.1.0.2/24' }] }]);
    expect(await call('ADD', 'web', { ...ipam('10.1.0.0/24'), ...unfit }, 'third')).toHaveProperty('code');
    await call('DEL', 'web', {}, 'other');
    expect(await call('ADD', 'web', { ...ipam('10.1.0.0/24'), ...unfit }, 'third')).toHaveProperty('code');
    expect(await networks()).toEqual(['web']);
  });
});

describe('STATUS', () => {
  it('is refused where ADD would be, and makes nothing', async () => {
    const before = await opened.fairlead.networks.list();
    expect(await call('STATUS', 'web', ipam('10.1.0.0/24'))).toEqual({});
    expect(await call('STATUS', 'wire', { driver: 'macvlan', master: 'absent0' })).toMatchObject({ code: 7, msg: expect.stringContaining('absent0') });
    expect(await call('STATUS', 'wide', { driver: 'brdge' })).toMatchObject({ code: 7 });
    run = (plugin) => Promise.reject(failure('cni-plugin-absent', { plugin, path: '/opt/cni/bin' }));
    expect(await call('STATUS', 'web', { ipam: { type: 'giver' } })).toMatchObject({ code: 50 });
    expect(await call('ADD', 'web', { ipam: { type: 'giver' } })).toMatchObject({ code: 100 });
    expect(await opened.fairlead.networks.list()).toEqual(before);
  });

  it('says no for a network in use exactly where ADD does', async () => {
    const was = { ...ipam('10.1.0.0/24'), mtu: 1400 };
    await call('ADD', 'web', was);
    const both = async (more: object) => [await call('STATUS', 'web', more), await call('ADD', 'web', more, 'other')] as const;
    const bridge = { 'com.docker.network.bridge.name': 'br9' };
    for (const [more, changed] of [
      [{ ...was, ...ipam('10.2.0.0/24') }, '(ipam)'],
      [{ ...was, internal: true }, '(internal)'],
      [{ ...was, options: bridge }, '(com.docker.network.bridge.name)'],
      [{ ...was, options: { 'com.fairlead.slip': '1' } }, 'com.fairlead.slip'],
      [{ ...was, ipam: { type: 'giver' } }, 'ipam'],
    ] as const) {
      run = () => Promise.resolve(Field.parse('{"cniVersion":"1.1.0","ips":[{"address":"10.1.0.9/24"}]}', 'its answer'));
      const [asked, added] = await both(more);
      expect(asked).toMatchObject({ code: 7, msg: expect.stringContaining(changed) });
      expect(asked).toEqual(added);
    }
    expect(await both({ ...was, mtu: 1300 })).toMatchObject([{}, { ips: [{}] }]);
    expect((await opened.fairlead.networks.get('web')).options).toMatchObject({ 'com.docker.network.driver.mtu': '1300' });
  });

  it('says yes for a changed network that nobody uses, and no for what it could not become', async () => {
    await call('ADD', 'web', { ...ipam('10.1.0.0/24'), bridge: 'cni9' });
    await call('DEL', 'web');
    for (const more of [
      ipam('10.1.0.0/25'),
      { ...ipam('10.1.0.0/24'), bridge: 'cni9', mtu: 1400 },
      { driver: 'macvlan', master: 'lan0', ...ipam('10.1.0.0/24') },
    ])
      expect(await call('STATUS', 'web', more)).toEqual({});
    expect(await call('STATUS', 'web', { driver: 'macvlan', master: 'absent0', ...ipam('10.1.0.0/24') })).toMatchObject({
      code: 7,
      msg: expect.stringContaining('absent0'),
    });
    expect(await networks()).toEqual(['web']);
  });

  it('asks for no subnet in the place of an IPAM plugin or of ranges that are told of a container', async () => {
    for (const subnet of ['172.16.0.0/12', '192.168.16.0/20', '192.168.32.0/19', '192.168.64.0/18', '192.168.128.0/17'])
      await opened.fairlead.networks.create({ name: subnet.replace('/', '-'), ipam: { config: [{ subnet }] } });
    expect(await call('STATUS', 'web')).toMatchObject({ msg: expect.stringContaining('subnet') });
    run = (_, { verb }) =>
      Promise.resolve(
        verb === 'ADD' ? Field.parse('{"cniVersion":"1.1.0","ips":[{"address":"10.1.0.9/24"}],"routes":[{"dst":"0.0.0.0/0"}]}', 'it') : undefined,
      );
    for (const [name, more] of Object.entries({
      plain: { ipam: { type: 'giver' } },
      bare: { ipam: { type: 'giver' }, isGateway: false, ipMasq: false },
      six: { ipam: { type: 'giver' }, ipv6: true },
      upper: { ipam: { type: 'giver' }, driver: 'macvlan', master: 'lan0' },
    })) {
      expect(await call('STATUS', name, more)).toEqual({});
      expect(await call('ADD', name, more, name)).toMatchObject({ ips: [{}] });
      expect(await call('STATUS', name, more)).toEqual({});
      expect(await call('DEL', name, more, name)).toEqual({});
      await opened.fairlead.networks.remove(name, { settle: true });
    }
    expect(await call('STATUS', 'upper', { ipam: { type: 'giver' }, driver: 'macvlan', master: 'absent0' })).toMatchObject({ code: 7 });
    const told = { capabilities: { ipRanges: true } };
    const ranges = { runtimeConfig: { ipRanges: [[{ subnet: '10.7.0.0/24' }]] } };
    expect(await call('STATUS', 'told', told)).toEqual({});
    expect(await call('ADD', 'told', { ...told, ...ranges })).toMatchObject({ ips: [{}] });
    expect(await call('STATUS', 'told', told)).toEqual({});
  });

  it('without a name tells nothing of a network that has one', async () => {
    await opened.fairlead.networks.create({ name: 'status' });
    expect(await call('STATUS', undefined, ipam('10.1.0.0/24'))).toEqual({});
    expect(await call('STATUS', 'status', ipam('10.1.0.0/24'))).toMatchObject({ code: 7 });
    expect(await call('STATUS', undefined, { ipam: { nonsense: 1 } })).toHaveProperty('code');
  });

  it('passes over a network that gives way, and tells of one that does not', async () => {
    await call('ADD', 'old', ipam('10.1.0.0/24'));
    expect(await call('STATUS', 'new', ipam('10.1.0.0/24'))).toMatchObject({ code: 7, details: expect.stringContaining('network "old"') });
    expect(await call('STATUS', 'old', ipam('10.1.0.0/24'))).toEqual({});
    await call('DEL', 'old');
    expect(await call('STATUS', 'new', ipam('10.1.0.0/24'))).toEqual({});
    expect(await networks()).toEqual(['old']);
  });
});

describe('the result', () => {
  it('has what the links are, at both ends', async () => {
    const { interfaces } = await call('ADD', 'web', { ...ipam('10.1.0.0/24'), mtu: 1400 });
    const [endpoint] = await opened.fairlead.endpoints.list();
    const links = (await kernel.survey('host')).links.filter(({ name }) => name === endpoint?.link?.outside);
    expect(links.map(({ mac, mtu }) => ({ mac, mtu }))).toEqual([{ mac: (interfaces as { mac: string }[])[1]?.mac, mtu: 1400 }]);
    expect(interfaces).toMatchObject([{ mtu: 1400 }, { mtu: 1400 }, { name: 'eth0', mtu: 1400 }]);
    expect(await call('ADD', 'lan', { bridge: 'lan0', ipam: {} }, 'other')).toMatchObject({
      interfaces: [{ name: 'lan0' }, { mac: expect.stringMatching(/^fe:/) }, { mtu: 1500 }],
    });
    expect(await call('ADD', 'upper', { driver: 'macvlan', master: 'lan0', ...ipam('10.3.0.0/24') }, 'third')).toMatchObject({ interfaces: [{ mtu: 1500 }] });
  });
});

describe('what is told of a container', () => {
  it('are labels that its endpoint and its sandbox have', async () => {
    const labelled = (key: string) => ({
      args: {
        cni: {
          labels: [
            { key, value: 'x' },
            { key: 'bare', value: '' },
          ],
        },
      },
    });
    await call('ADD', 'web', labelled('app'));
    const [endpoint] = await opened.fairlead.endpoints.list();
    for (const each of [endpoint, await opened.fairlead.sandboxes.get('box')]) expect(each?.labels).toMatchObject({ app: 'x', bare: '' });
    expect(await call('ADD', 'more', labelled('com.fairlead.cni.ports'), 'other')).toMatchObject({
      code: 2,
      msg: expect.stringContaining('com.fairlead.cni.ports'),
    });
  });

  it('is no name of every namespace', async () => {
    expect(await call('ADD', 'web', {}, 'box', 'lo')).toMatchObject({ code: 4, msg: 'CNI_IFNAME: "lo" is in every namespace already' });
  });

  it('are ranges that its network has, or none', async () => {
    const told = (subnet: string) => ({ runtimeConfig: { ipRanges: [[{ subnet }]] } });
    await call('ADD', 'web', told('10.1.0.0/24'));
    expect(await call('ADD', 'web', told('10.1.0.0/24'), 'other')).toMatchObject({ ips: [{ address: '10.1.0.3/24' }] });
    expect(await call('ADD', 'web', told('10.1.0.0/25'), 'third')).toMatchObject({ code: 7, msg: expect.stringContaining('told other ranges') });
  });

  it('may be nonsense when it goes', async () => {
    await call('ADD', 'web', ipam('10.1.0.0/24'));
    const nonsense = { prevResult: { ips: [{ address: 'here' }] }, runtimeConfig: { portMappings: [{ hostPort: 99_999 }] } };
    expect(await call('DEL', 'web', nonsense)).toEqual({});
    expect(await opened.fairlead.endpoints.list()).toEqual([]);
  });
});

describe('a container', () => {
  const aliases = async () => (await opened.fairlead.endpoints.list()).flatMap((each) => each.aliases);

  it.each(['x'.repeat(64), 'localhost', `${'x'.repeat(63)}.${'y'.repeat(64)}`])(
    'of a pod with a name that cannot be looked up has its network all the same: %s',
    async (pod) => {
      args = `IgnoreUnknown=1;K8S_POD_NAME=${pod}`;
      expect(await call('ADD', 'web', { runtimeConfig: { aliases: [pod, 'db'] } })).toMatchObject({ ips: [{}] });
      expect(await aliases()).toEqual(['db']);
      expect(await opened.fairlead.sandboxes.get('box')).toMatchObject({ labels: { 'com.fairlead.cni.k8s_pod_name': pod } });
    },
  );

  it('is refused with an alias that cannot be looked up', async () => {
    expect(await call('ADD', 'web', { runtimeConfig: { aliases: ['x'.repeat(64)] } })).toMatchObject({ code: 7, msg: expect.stringContaining('alias') });
  });

  it('of a pod is found by its name', async () => {
    args = `K8S_POD_NAME=${'x'.repeat(63)}.web`;
    await call('ADD', 'web');
    expect(await aliases()).toEqual([`${'x'.repeat(63)}.web`]);
  });

  it('may have an id of any length', async () => {
    const ids = ['a', 'b'].map((last) => `${'x'.repeat(1000)}${last}`);
    const results: Record<string, unknown>[] = [];
    for (const id of ids) results.push(await call('ADD', 'web', ipam('10.1.0.0/24'), id));
    expect(results).toMatchObject([{ ips: [{ address: '10.1.0.2/24' }] }, { ips: [{ address: '10.1.0.3/24' }] }]);
    expect(await call('ADD', 'more', ipam('10.2.0.0/24'), ids[0], 'longestethernet')).toMatchObject({ ips: [{}] });
    expect(await opened.fairlead.sandboxes.list()).toHaveLength(2);
    for (const [at, id] of ids.entries()) expect(await call('CHECK', 'web', { prevResult: results[at] }, id)).toEqual({});
    for (const id of ids) await call('DEL', 'web', {}, id);
    await call('DEL', 'more', {}, ids[0], 'longestethernet');
    expect(await opened.fairlead.sandboxes.list()).toEqual([]);
  });
});

describe('a plugin that gives addresses', () => {
  const delegated = { ipam: { type: 'giver' } };

  it('and gives none is refused: nobody gives one in its place', async () => {
    const asked: string[] = [];
    run = (_, { verb }) => {
      asked.push(verb);
      return Promise.resolve(Field.parse('{"cniVersion":"1.1.0","routes":[{"dst":"0.0.0.0/0"}]}', 'its answer'));
    };
    expect(await call('ADD', 'web', delegated)).toMatchObject({ code: 100, msg: expect.stringContaining('it gives no address') });
    expect(asked).toEqual(['ADD', 'DEL']);
    expect(await opened.fairlead.sandboxes.list()).toEqual([]);
  });

  it('says 999 of whatever it met, which is no fault of ours', async () => {
    run = (plugin, { verb }) => Promise.reject(failure('cni-plugin-refused', { plugin, verb, code: 999, reason: 'duplicate allocation' }));
    expect(await call('ADD', 'web', delegated)).toMatchObject({ code: 999 });
    expect(logged).toEqual([]);
    run = () => Promise.reject(new Error('a fault'));
    expect(await call('ADD', 'web', delegated)).toMatchObject({ code: 999 });
    expect(logged).toHaveLength(1);
  });
});

describe('addresses of DHCP', () => {
  const lan = { bridge: 'lan0', ipam: { type: 'dhcp' } };

  it.each([{}, { isGateway: false, ipMasq: false }])('are asked for by Fairlead, and given back: %j', async (more) => {
    const server = await dhcpServer(kernel, 'lan0', '192.0.2.50');
    const result = await call('ADD', 'lan', { ...lan, ...more });
    expect(result).toMatchObject({ ips: [{ address: '192.0.2.50/24', gateway: '192.0.2.1' }], routes: [{ dst: '0.0.0.0/0' }] });
    expect(await call('CHECK', 'lan', { ...lan, ...more, prevResult: result })).toEqual({});
    expect(await call('DEL', 'lan', { ...lan, ...more })).toEqual({});
    await opened.fairlead.settled();
    expect(server.heard.map((each) => each.split(' ')[0])).toEqual(['discover', 'request', 'release']);
  });

  it('have the words of Fairlead, a segment, and a daemon', async () => {
    const said = (more: object) => ({ bridge: 'lan0', ipam: { type: 'dhcp', ...more } });
    expect(await call('ADD', 'lan', said({ daemonSocketPath: '/run/cni/dhcp.sock' }))).toMatchObject({
      code: 2,
      msg: expect.stringContaining('daemonSocketPath'),
    });
    expect(await call('ADD', 'lan', said({ options: { 'client-idd': 'name' } }))).toMatchObject({ code: 7, msg: expect.stringContaining('client-idd') });
    expect(await call('ADD', 'lan', { ipam: { type: 'dhcp' } })).toMatchObject({ code: 7, msg: expect.stringContaining('on no segment') });
    service = { ...service, resolves: false };
    for (const verb of ['ADD', 'STATUS']) expect(await call(verb, 'lan', lan)).toMatchObject({ code: 2, details: expect.stringContaining('fairlead daemon') });
  });
});
