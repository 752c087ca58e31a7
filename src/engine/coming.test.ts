import { expect, it, vi } from 'vitest';
import { createFairlead } from '../index.js';
import { Coming } from './coming.js';

const opened = () => createFairlead({ kernel: 'simulated' });

it('removes by its name what was asked for in the same turn, and nothing is left', async () => {
  await using fairlead = await opened();
  const { networks, endpoints, sandboxes } = fairlead;
  const web = networks.create({ name: 'web' });
  await Promise.all([networks.remove('web'), web]);
  await networks.create({ name: 'web' });
  const until = { pid: process.pid };
  for (const ask of [{}, { networks: [{ network: 'web' }] }, { until }, { networks: [{ network: 'web' }], until }]) {
    const made = sandboxes.create({ name: 'box', ...ask });
    await Promise.all([sandboxes.remove('box'), expect(made).resolves.toMatchObject({ name: 'box', state: 'active' })]);
  }
  const made = endpoints.create({ name: 'door', network: 'web' });
  await Promise.all([endpoints.remove('web/door'), made]);
  expect([...(await sandboxes.list()), ...(await endpoints.list())]).toEqual([]);
  await networks.remove('web');
  expect((await networks.list()).filter(({ predefined }) => !predefined)).toEqual([]);
});

it('removes what waited for its network when it was asked for', async () => {
  await using fairlead = await opened();
  const { networks, endpoints, sandboxes } = fairlead;
  await networks.create({ name: 'web' });
  // The network is its own while it changes.
  const changed = networks.update('web', { labels: { a: 'b' } });
  const made = [sandboxes.create({ name: 'box', networks: [{ network: 'web' }] }), endpoints.create({ name: 'door', network: 'web' })];
  await Promise.all([sandboxes.remove('box'), endpoints.remove('web/door'), changed, ...made]);
  expect([...(await sandboxes.list()), ...(await endpoints.list())]).toEqual([]);
});

it('says that there is none where the creation that was waited for failed', async () => {
  await using fairlead = await opened();
  const { sandboxes } = fairlead;
  const failed = expect(sandboxes.create({ name: 'box', until: { pid: 4_194_305 } })).rejects.toMatchObject({ code: 'process-absent' });
  await expect(sandboxes.remove('box')).rejects.toMatchObject({ code: 'sandbox-absent', values: { ref: 'box' } });
  await failed;
});

it('forgets each name once nothing is made of it any more', async () => {
  const coming = new Coming();
  const ends: (() => void)[] = [];
  const make = () => new Promise<void>((end) => ends.push(end));
  const [first, second] = [coming.during('box', make), coming.during('box', make)];
  void coming.during(undefined, make);
  const past = vi.fn();
  const waiting = coming.past('box')?.then(past);
  ends[0]?.();
  await first;
  expect(past).not.toHaveBeenCalled();
  ends[1]?.();
  await Promise.all([second, waiting]);
  expect(past).toHaveBeenCalledOnce();
  expect(coming.past('box')).toBeUndefined();
});
