import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../../test/tool/open-engine.js';
import { silent } from '../../base/log.js';
import { Queues } from '../../base/queues.js';
import { SimulatedKernel } from '../../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../../store/memory/memory-store.js';
import { answerCall } from './answer.js';
import type { CniService } from './service.js';

// Calls as a runtime makes them, of an engine on a simulated kernel.
let kernel: SimulatedKernel;
let opened: Awaited<ReturnType<typeof openEngine>>;
let service: CniService;
let boxes: Map<string, string>;
beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test' });
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
async function call(verb: string, name: string, more: object = {}, box = 'box', ifName = 'eth0'): Promise<Record<string, unknown>> {
  const variables = { CNI_COMMAND: verb, CNI_CONTAINERID: box, CNI_NETNS: netnsOf(box), CNI_IFNAME: ifName, CNI_PATH: '/opt/cni/bin' };
  const input = JSON.stringify({ cniVersion: '1.1.0', name, type: 'fairlead', ...more });
  const run = () => Promise.reject(new Error('no other plugin is asked'));
  const { out } = await answerCall((work) => work(service), { variables, input, run }, silent);
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

describe('what is told of a container', () => {
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
