import { afterEach, expect, it } from 'vitest';
import { closeAll, host, start } from '../../test/tool/simulated-cluster.js';
import { createFairlead } from '../index.js';
import { MemoryStore } from '../store/memory/memory-store.js';

// What a plan took to see what would come of it, it gives back to whom it had it from.
const ipam = { config: [{ subnet: '10.9.0.0/24' }] };
afterEach(closeAll);

it('keeps no subnet of a network of several hosts where there is no store', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  for (const name of ['one', 'two'])
    await expect(fairlead.plan({ network: { name, driver: 'overlay', ipam } })).rejects.toMatchObject({ code: 'store-absent' });
  expect((await fairlead.networks.create({ name: 'web', ipam })).pools).toMatchObject([{ subnet: '10.9.0.0/24' }]);
});

it('keeps none where there is one', async () => {
  const { fairlead } = await start(host('a', new MemoryStore()));
  for (const name of ['one', 'two']) await fairlead.plan({ network: { name, driver: 'shared', ipam } });
  expect((await fairlead.networks.create({ name: 'web', ipam })).pools).toMatchObject([{ subnet: '10.9.0.0/24' }]);
});
