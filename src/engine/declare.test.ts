import { beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { failure } from '../base/error.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../store/memory/memory-store.js';

// Nobody mends here behind a request: there is no drift controller.
let kernel: SimulatedKernel;
let opened: Awaited<ReturnType<typeof openEngine>>;

beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test' });
  opened = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() });
  await opened.fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
  await opened.fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'web' }] });
});

const device = async () => String((await opened.fairlead.networks.get('web')).facts?.['device']);

describe('a request that meets what somebody has just deleted', () => {
  it('has a bridge', async () => {
    await kernel.disturb.deleteLink(await device());
    await opened.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] });
    expect(opened.events).toEqual(expect.arrayContaining(['network web healed', 'sandbox two created']));
    // What else hung on it is not what the request needs: the drift controller is told of that.
    expect([...new Set((await opened.fairlead.doctor()).map(({ object }) => object))]).toEqual(['endpoint/web/one']);
  });

  it('has the ruleset', async () => {
    await kernel.disturb.flushRuleset();
    await opened.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }], ports: [{ hostPort: 8080, port: 80 }] });
    expect(await opened.fairlead.doctor()).toEqual([]);
  });

  it('has a namespace', async () => {
    await opened.fairlead.networks.create({ name: 'back' });
    await kernel.disturb.deleteNamespace((await opened.fairlead.sandboxes.get('one')).stack);
    await opened.fairlead.endpoints.create({ network: 'back', sandbox: 'one' });
    expect(opened.events).toContain('sandbox one remade');
    expect(await opened.fairlead.doctor()).toEqual([]);
  });

  it('takes back what it did, though what that stood on has gone meanwhile', async () => {
    const { stack } = await opened.fairlead.sandboxes.get('one');
    const { link } = await opened.fairlead.endpoints.get('one');
    const settled = opened.context.names.settled.bind(opened.context.names);
    opened.context.names.settled = async () => {
      await kernel.disturb.deleteLink(link?.outside ?? '');
      await kernel.disturb.deleteNamespace(stack);
      throw failure('namespace-invalid', { path: stack, reason: 'it cannot be entered' });
    };
    const publish = opened.fairlead.sandboxes.update('one', { ports: { add: [{ hostIp: '127.0.0.1', hostPort: 8080, port: 80 }] } });
    await expect(publish).rejects.toMatchObject({ code: 'namespace-invalid' });
    opened.context.names.settled = settled;
    expect(await opened.fairlead.doctor()).toEqual([]);
    expect((await opened.fairlead.sandboxes.get('one')).ports).toEqual([]);
  });

  it('fails with its own error where that cannot be mended, and is undone', async () => {
    await kernel.disturb.deleteLink(await device());
    const allow = kernel.refuse(
      ({ do: what, ...operation }) =>
        what === 'create' && 'resource' in operation && operation.resource.kind === 'link' && operation.resource.spec.type === 'bridge',
    );
    await expect(opened.fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'web' }] })).rejects.toMatchObject({ code: 'kernel-absent' });
    allow();
    expect((await opened.fairlead.sandboxes.list()).map(({ name }) => name)).toEqual(['one']);
  });
});
