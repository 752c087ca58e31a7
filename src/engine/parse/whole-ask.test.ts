import { expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '../../index.js';

// What a program in JavaScript hands in by mistake.
type Any = never;
const calls: readonly (readonly [name: string, call: (fairlead: Fairlead, value: Any) => Promise<unknown>])[] = [
  ['networks.create', ({ networks }, value) => networks.create(value)],
  ['networks.update', ({ networks }, value) => networks.update('web', value)],
  ['sandboxes.create', ({ sandboxes }, value) => sandboxes.create(value)],
  ['sandboxes.update', ({ sandboxes }, value) => sandboxes.update('box', value)],
  ['endpoints.create', ({ endpoints }, value) => endpoints.create(value)],
  ['endpoints.update', ({ endpoints }, value) => endpoints.update('web/box', value)],
  ['plan', (fairlead, value) => fairlead.plan(value)],
];

it.each(calls)('%s says of what is no object that it is none', async (_, call) => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.networks.create({ name: 'web' });
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
  for (const value of [undefined, null, 'web', 5, true, [], [{ name: 'x' }], Symbol('x'), () => 0])
    await expect(call(fairlead, value as Any)).rejects.toMatchObject({ code: 'value-invalid', values: { reason: 'no object' } });
  for (const name of [Object.create(null), Symbol('x'), [], null])
    await expect(fairlead.networks.create({ name })).rejects.toMatchObject({ code: 'name-invalid' });
  await expect(fairlead.sandboxes.remove('box', null as Any)).rejects.toMatchObject({ code: 'value-invalid' });
  await fairlead.sandboxes.remove('box');
});
