import { expect, it } from 'vitest';
import { createFairlead } from '../../index.js';

it('no sandbox, endpoint or alias has a name by which nobody finds it', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.networks.create({ name: 'web' });
  await fairlead.sandboxes.create({ name: 'box' });
  const refused = { code: 'name-invalid', values: { reason: 'in every sandbox that is the sandbox itself' } };
  for (const name of ['localhost', 'LocalHost', 'a.localhost', 'localhost.']) {
    await expect(fairlead.sandboxes.create({ name })).rejects.toMatchObject(refused);
    await expect(fairlead.sandboxes.update('box', { name })).rejects.toMatchObject(refused);
    await expect(fairlead.endpoints.create({ network: 'web', name })).rejects.toMatchObject(refused);
  }
  await expect(fairlead.endpoints.create({ network: 'web', aliases: ['localhost'] })).rejects.toMatchObject({ code: 'value-invalid' });
  await expect(fairlead.sandboxes.create({ name: 'localhost-1' })).resolves.toBeDefined();
});
