import { expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { InterfaceAddress } from '../ip/types.js';
import { MemoryStore } from '../store/memory/memory-store.js';

it('has links go on listening to routers that gave them an address and no way out, before the host forwards', async () => {
  const address = (text: string) => [text as InterfaceAddress];
  const links = [
    { name: 'eth0', type: 'ether', addresses: address('2001:db8::7/64'), advertised: true as const },
    { name: 'eth1', type: 'ether', addresses: address('2001:db8:1::7/64') },
  ];
  await using kernel = new SimulatedKernel({ instance: 'test', foreign: { links } });
  const { fairlead } = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() });
  await fairlead.networks.create({ name: 'six', ipv6: true });
  const { commands } = await fairlead.explain('network/six');
  const settings = commands.filter((line) => /ipv6/.test(line) && line.startsWith('sysctl'));
  expect(settings).toEqual(['sysctl -w net/ipv6/conf/eth0/accept_ra=2', 'sysctl -w net/ipv6/conf/all/forwarding=1']);
  await fairlead[Symbol.asyncDispose]();
});
