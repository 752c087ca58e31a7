import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '../index.js';

let fairlead: Fairlead;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
});
afterEach(() => fairlead[Symbol.asyncDispose]());

const MTU = 'com.docker.network.driver.mtu';
const TAP = { 'com.fairlead.endpoint.kind': 'tap' };
const update = (mtu: string) => fairlead.networks.update('web', { options: { [MTU]: mtu } });

it('a network with a tap is given no MTU that a tap cannot have, joined or not', async () => {
  await fairlead.networks.create({ name: 'web' });
  await update('65535');
  await update('1500');
  await fairlead.endpoints.create({ network: 'web', name: 'vm', options: TAP });
  const values = { option: MTU, value: 65522, reason: 'too large for a tap, as endpoint "vm" has', mend: 'write 65521 or less' };
  await expect(update('65522')).rejects.toMatchObject({ code: 'option-invalid', values });
  expect((await fairlead.networks.get('web')).options[MTU]).toBe('1500');
  expect((await update('65521')).options[MTU]).toBe('65521');
});

it('a tap is refused on a network whose MTU it cannot have', async () => {
  await fairlead.networks.create({ name: 'web', options: { [MTU]: '65522' } });
  const values = { option: 'com.fairlead.endpoint.kind', value: 'tap', reason: 'impossible where the MTU is 65522' };
  await expect(fairlead.endpoints.create({ network: 'web', options: TAP })).rejects.toMatchObject({ code: 'option-invalid', values });
  await expect(fairlead.sandboxes.create({ networks: [{ network: 'web', options: TAP }] })).rejects.toMatchObject({ values });
  await fairlead.sandboxes.create({ networks: [{ network: 'web' }] });
  expect(await fairlead.endpoints.list()).toHaveLength(1);
});
