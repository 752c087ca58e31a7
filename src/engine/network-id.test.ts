import { expect, it } from 'vitest';
import { createFairlead } from '../index.js';

it('gives a network the identity that it is asked for with, once', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  const id = '0123456789abcdef'.repeat(4);
  expect(await fairlead.networks.create({ name: 'web', id })).toMatchObject({ id, facts: { device: 'br-0123456789ab' } });
  expect((await fairlead.networks.get('0123456')).name).toBe('web');
  await expect(fairlead.networks.create({ name: 'other', id })).rejects.toMatchObject({ code: 'name-taken', values: { name: id } });
  await fairlead.networks.remove('web');
  await fairlead.networks.create({ name: 'other', id });
});

it('refuses what is no identity', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  for (const id of ['', 'web', '0123', 'G'.repeat(64), 'A'.repeat(64), '../'.repeat(20)]) {
    await expect(fairlead.networks.create({ name: 'web', id })).rejects.toMatchObject({ code: 'value-invalid', values: { field: 'id', value: id } });
  }
});
