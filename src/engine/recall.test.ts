import { expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { SysctlResource } from '../resource/resource.js';
import { MemoryStore } from '../store/memory/memory-store.js';

const forwarding: readonly SysctlResource[] = [
  { kind: 'sysctl', in: 'host', path: 'net/ipv4/ip_forward', value: '1' },
  { kind: 'sysctl', in: 'host', path: 'net/ipv6/conf/all/forwarding', value: '1' },
];

it('gives forwarding back as it was, also when the run directory was lost', async () => {
  const kernel = new SimulatedKernel({ instance: 'test', forwarding: { 4: false, 6: true } });
  const definitions = new MemoryStore();
  const { fairlead } = await openEngine({ kernel, definitions, boot: new MemoryStore() });
  await fairlead.networks.create({ name: 'web', ipv6: true });
  expect(await kernel.was(forwarding)).toEqual([{ value: '1' }, { value: '1' }]);

  const again = await openEngine({ kernel: kernel.again(), definitions, boot: new MemoryStore() });
  expect((await again.fairlead.explain('web')).commands.join('\n')).toContain('fenced \'{ "ipv4" }\''.replaceAll('"', ''));
  await again.fairlead.networks.remove('web', { settle: true });
  expect(await kernel.was(forwarding)).toEqual([{ value: '0' }, { value: '1' }]);
  expect(await again.fairlead.doctor()).toEqual([]);
});
