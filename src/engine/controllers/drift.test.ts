import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../../../test/tool/open-engine.js';
import type { Ip, Mac } from '../../ip/types.js';
import { silent } from '../../base/log.js';
import { SimulatedKernel } from '../../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../../store/memory/memory-store.js';

const MINUTE = 60_000;

async function open(every = 0, kernel = new SimulatedKernel({ instance: 'test' })) {
  const errors: string[] = [];
  const log = { ...silent, error: (what: string, values?: { readonly [name: string]: unknown }) => errors.push(`${what}: ${values?.['objects']}`) };
  const looks: string[] = [];
  const { read, look } = kernel;
  kernel.read = (...args) => (looks.push('everything'), read.apply(kernel, args));
  kernel.look = (resources) => (looks.push(`${resources.length}`), look.call(kernel, resources));
  let beside = 0;
  const drift = { every, beside: () => void beside++ };
  const { fairlead, context } = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore(), log, drift });
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
  await fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
  await fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
  const healed: string[] = [];
  context.hub.listen(({ kind, name, change }) => change === 'healed' && healed.push(`${kind} ${name}`));
  looks.length = 0;
  const outside = context.records.endpoints.named('one')[0]?.link?.outside ?? '';
  const device = String(context.records.networks.named('web')[0]?.facts?.['device']);
  return { fairlead, kernel, context, healed, errors, looks, beside: () => beside, outside, device };
}

type Opened = Awaited<ReturnType<typeof open>>;
let opened: Opened;
const well = async () => expect(await opened.fairlead.doctor()).toEqual([]);
const heals = (...names: string[]) => vi.waitFor(() => expect([...opened.healed].sort()).toEqual(names.sort()));

// Whoever has elements in the ruleset.
const RULED = ['endpoint one', 'endpoint two', 'network web'];

beforeEach(async () => {
  opened = await open();
});
afterEach(async () => {
  vi.useRealTimers();
  await opened.fairlead[Symbol.asyncDispose]();
});

describe('what the kernel tells of', () => {
  it('is a flushed ruleset, and it is back', async () => {
    await opened.kernel.disturb.flushRuleset();
    await heals(...RULED);
    await well();
  });

  it("is a sandbox's link, and only its endpoint is looked at", async () => {
    await opened.kernel.disturb.deleteLink(opened.outside);
    await heals('endpoint one');
    expect(opened.looks.filter((look) => look === 'everything')).toEqual([]);
    await well();
  });

  it('is a bridge, and its ports are plugged in again', async () => {
    await opened.kernel.disturb.deleteLink(opened.device);
    await heals('network web', 'endpoint one', 'endpoint two');
    await well();
  });

  it("is that the host's forwarding was turned off, and it is on again", async () => {
    await opened.kernel.disturb.writeSysctl('net/ipv4/ip_forward', '0');
    await heals('network web');
    expect(opened.looks.filter((look) => look === 'everything')).toEqual([]);
    await well();
  });

  it('is looked at once for a storm, and never for what we do ourselves', async () => {
    for (let n = 0; n < 50; n++) {
      await opened.kernel.disturb.deleteAddress(opened.device, '10.1.0.1/24').catch(() => {});
      await opened.kernel.disturb.flushRuleset();
    }
    await heals(...RULED);
    const { looks } = opened;
    expect(looks.length).toBeLessThan(10);
    looks.length = 0;
    await opened.fairlead.sandboxes.create({ name: 'three', networks: [{ network: 'web' }] });
    await opened.fairlead.sandboxes.remove('three', { settle: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(looks).toEqual([]);
  });

  it('does not bring back what an operation removes at that moment', async () => {
    const removed = opened.fairlead.sandboxes.remove('one', { settle: true });
    await opened.kernel.disturb.deleteLink(opened.outside).catch(() => {});
    await removed;
    await opened.fairlead.sandboxes.remove('two', { settle: true });
    await opened.fairlead.networks.remove('web', { settle: true });
    await well();
    expect(await opened.kernel.read()).toEqual([]);
  });
});

describe('what the kernel does not tell of', () => {
  // What the kernel's own hand does it tells nobody, as it tells nobody of what happens inside.
  const disturbInside = async () => {
    const { stack } = await opened.fairlead.sandboxes.get('one');
    const gateway = { kind: 'neighbour', in: stack, link: 'eth0', ip: '10.1.0.1' as Ip, mac: '02:00:00:00:00:01' as Mac } as const;
    await opened.kernel.apply([{ do: 'delete', resource: gateway }]);
  };

  it('is found by the look at everything', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await opened.fairlead[Symbol.asyncDispose]();
    opened = await open(5 * MINUTE);
    await disturbInside();
    await vi.advanceTimersByTimeAsync(5 * MINUTE - 1);
    expect(opened.healed).toEqual([]);
    expect(opened.beside()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    await heals('endpoint one');
    expect(opened.beside()).toBe(1);
    await disturbInside();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    await heals('endpoint one', 'endpoint one');
  });

  it('stays where such looks are off', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await disturbInside();
    await vi.advanceTimersByTimeAsync(500 * MINUTE);
    expect(opened.looks).toEqual([]);
    expect(await opened.fairlead.doctor()).toMatchObject([{ code: 'missing', object: 'endpoint/web/one', ours: true }]);
  });
});

describe('what cannot be mended', () => {
  it('is said once, tried again less and less often, and named by doctor until it can be', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { kernel, errors, looks, outside } = opened;
    const allow = kernel.refuse((operation) => operation.do === 'create' && operation.resource.kind === 'link');
    await kernel.disturb.deleteLink(outside);
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    expect(errors[0]).toMatch(/could not be mended.*: endpoint\/web\/one$/);
    looks.length = 0;
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    // After 1, 2, 4 … 256 and 300 seconds.
    await vi.waitFor(() => expect(looks).toHaveLength(9));
    expect(errors).toHaveLength(1);
    expect(await opened.fairlead.doctor()).toContainEqual(expect.objectContaining({ code: 'missing', object: 'endpoint/web/one', ours: false }));
    allow();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    await heals('endpoint one');
    await well();
  });

  it('does not keep the rest from being mended', async () => {
    const allow = opened.kernel.refuse((operation) => operation.do === 'create' && operation.resource.kind === 'link');
    await opened.kernel.disturb.deleteLink(opened.outside);
    await opened.kernel.disturb.flushRuleset();
    await heals(...RULED);
    allow();
  });
});

it('lets networks follow settings of the host with the look at everything', async () => {
  const looking = await open(20);
  await looking.kernel.apply([{ do: 'create', resource: { kind: 'sysctl', in: 'host', path: 'net/bridge/bridge-nf-call-ip6tables', value: '0' } }]);
  await vi.waitFor(async () => expect((await looking.fairlead.networks.get('web')).facts?.['filtered']).toEqual(['ipv4']));
  await looking.fairlead[Symbol.asyncDispose]();
});

it('ends while it waits for its turn', async () => {
  const { kernel, healed } = opened;
  for (let n = 1; n <= 8; n++) {
    await kernel.disturb.flushRuleset();
    await vi.waitFor(() => expect(healed).toHaveLength(n * RULED.length));
  }
  await kernel.disturb.flushRuleset();
  await new Promise((resolve) => setImmediate(resolve));
  await opened.fairlead[Symbol.asyncDispose]();
  expect(healed).toHaveLength(8 * RULED.length);
});
