import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { bridgeDriver } from '../drivers/bridge/bridge-driver.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { Driver } from '../model/driver.js';
import type { LinkResource } from '../resource/resource.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import { GATEWAY_NETWORK } from './gateways.js';
import { letGo } from './slots/let-go.js';

const SIZE = 256;
const wide = { config: [{ subnet: '10.64.0.0/16' }] };

// As an overlay is: who is on it alone is given another way out, on the gateway network.
const island = { ...bridgeDriver, name: 'island', waysOut: () => [], leafOf: () => undefined } as Driver;

// Nobody mends here behind a request: there is no drift controller.
let kernel: SimulatedKernel;
let engine: Awaited<ReturnType<typeof openEngine>>;

beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test' });
  engine = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore(), others: [island] });
});
afterEach(async () => {
  await engine.fairlead[Symbol.asyncDispose]();
  await kernel[Symbol.asyncDispose]();
});

const make = async (count: number, network: string, prefix: string) => {
  const outcomes = await engine.fairlead.sandboxes.createMany(Array.from({ length: count }, (_, at) => ({ name: `${prefix}${at}`, networks: [{ network }] })));
  expect(outcomes.filter((each) => 'error' in each)).toEqual([]);
};
const bridges = async () => (await kernel.read(['host'])).filter((each): each is LinkResource => each.kind === 'link' && each.spec.type === 'bridge');

/** Does this once, while what somebody has deleted is mended for a request. */
const whileMending = (work: () => Promise<unknown>) => {
  const { ledger } = engine.context;
  const heal = ledger.heal.bind(ledger);
  const mended = vi.spyOn(ledger, 'heal').mockImplementation(async (...how) => {
    mended.mockRestore();
    await work();
    return heal(...how);
  });
};
/** Does this once, when a change of a network is in the kernel, which fails then. */
const thenFail = (work: () => Promise<unknown>) => {
  const renew = vi.spyOn(engine.context.names, 'renew').mockImplementation(async () => {
    renew.mockRestore();
    await work();
    throw new Error('no names');
  });
};

describe('leaves that are opened while something else is declared', () => {
  it('stay where an attachment is declared again', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'web', ipam: wide });
    await make(SIZE, 'web', 's');
    const { stack } = await fairlead.sandboxes.create({ name: 'late' });
    await kernel.disturb.deleteNamespace(stack);
    whileMending(() => make(SIZE, 'web', 't'));
    expect(await fairlead.endpoints.create({ network: 'web', sandbox: 'late' })).toMatchObject({ link: { leaf: 1 } });
    expect(await bridges()).toHaveLength(3);
    expect(await fairlead.doctor()).toEqual([]);
  });

  // The network that gives a way out is attached to by those who hold no queue of it.
  it('stay where a change is declared again, and where it is taken back', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: GATEWAY_NETWORK, ipam: wide, options: { 'com.docker.network.driver.mtu': '1400' } });
    await fairlead.networks.create({ name: 'sea', driver: 'island', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });
    const options = (mtu: string) => ({ options: { 'com.docker.network.driver.mtu': mtu } });
    const { facts } = await fairlead.networks.get(GATEWAY_NETWORK);
    await make(SIZE, 'sea', 's');
    await kernel.disturb.deleteLink(String(facts?.['device']));
    whileMending(() => make(1, 'sea', 't'));
    await fairlead.networks.update(GATEWAY_NETWORK, options('1300'));
    await make(SIZE - 1, 'sea', 'u');
    thenFail(() => make(1, 'sea', 'v'));
    await expect(fairlead.networks.update(GATEWAY_NETWORK, options('1200'))).rejects.toThrow('no names');
    expect((await bridges()).filter(({ mtu }) => mtu === 1300)).toHaveLength(3);
    expect(await fairlead.doctor()).toEqual([]);
  });
});

it('lets go of what is held ready for good, though a change of its network is taken back', async () => {
  const { fairlead, context } = engine;
  const { id } = await fairlead.networks.create({ name: 'web', ipam: wide, options: { 'com.fairlead.ready': '2' } });
  await vi.waitFor(() => expect(context.records.slots.size).toBe(2));
  const [slot] = context.records.slots.of(id);
  thenFail(() => letGo(context, slot ? [slot] : []));
  await expect(fairlead.networks.update('web', { options: { 'com.docker.network.driver.mtu': '1400' } })).rejects.toThrow('no names');
  expect(context.ledger.claimsOf(`slot/${slot?.id}`)).toEqual([]);
});
