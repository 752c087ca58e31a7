import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFairlead, type Fairlead, type SandboxAsk } from '../index.js';

let fairlead: Fairlead;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
});
afterEach(() => fairlead[Symbol.asyncDispose]());

const refusal = (ask: SandboxAsk) =>
  fairlead.sandboxes.create(ask).then(
    () => '',
    ({ message }: Error) => message,
  );

it('a sandbox that is refused is called by the name that it was given, not by one that nobody has seen', async () => {
  const both = [{ network: 'bridge' }, { network: 'host' }];
  const words = 'cannot join network "bridge": its stack is the host\'s own';
  expect(await refusal({ networks: both })).toBe(`the new sandbox ${words}`);
  expect(await refusal({ name: 'mine', networks: both })).toBe(`sandbox mine ${words}`);
  const dns = { search: ['example.test'] };
  expect(await refusal({ networks: [{ network: 'host' }], dns })).toMatch(/^the new sandbox cannot join network "host": /);
  await fairlead.networks.create({ name: 'web' });
  const twice = [
    { network: 'bridge', interfaceName: 'net0' },
    { network: 'web', interfaceName: 'net0' },
  ];
  expect(await refusal({ networks: twice })).toBe('the new sandbox already has an interface "net0"');
});
