import { expect, it, vi } from 'vitest';
import { createFairlead, FairleadError } from '../index.js';

it('a call of the library ends with its signal; what it began is done', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  await expect(fairlead.networks.create({ name: 'never' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  const stop = new AbortController();
  const made = fairlead.networks.create({ name: 'web' }, { signal: stop.signal });
  stop.abort();
  await expect(made).rejects.toMatchObject({ name: 'AbortError' });
  // A removal waits for the creation, and finds what came of it.
  await fairlead.networks.remove('web', { signal: AbortSignal.timeout(10_000) });
  expect((await fairlead.networks.list()).filter(({ predefined }) => !predefined)).toEqual([]);
});

it('is shared by as many calls as there are, without a warning of the process', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  const stop = new AbortController();
  const streams = Array.from({ length: 20 }, () => fairlead.events(stop.signal));
  await Promise.all(Array.from({ length: 50 }, () => fairlead.networks.list({ signal: stop.signal })));
  stop.abort();
  for (const stream of streams) for await (const _ of stream) throw new Error('nothing happened');
  // A warning comes a turn later.
  await new Promise(setImmediate);
  process.off('warning', warned);
  expect(warned.mock.calls).toEqual([]);
});

// What a program in JavaScript hands in by mistake.
type Any = never;

it('is refused where it would be passed over, and the words say how to write it', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  const { networks, sandboxes } = fairlead;
  const signal = AbortSignal.timeout(10_000);
  const saidBy = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'nothing',
      (error: unknown) => (FairleadError.is(error) ? error.message : 'no FairleadError'),
    );
  const bare = 'how to call: "an object" is a signal by itself; write { signal }';
  expect(await saidBy(networks.list(signal as Any))).toBe(bare);
  expect(await saidBy(networks.remove('web', signal as Any))).toBe(bare);
  expect(await saidBy(sandboxes.removeMany([], signal as Any))).toBe(bare);
  const misspelt = 'signl: "an object" is for no field that there is; did you mean signal?';
  for (const call of [networks.list({ signl: signal } as Any), networks.remove('web', { signl: signal } as Any), fairlead.doctor({ signl: signal } as Any)])
    expect(await saidBy(call)).toBe(misspelt);
  expect(await saidBy(networks.list({ wait: Object.create(null) } as Any))).toBe('wait: "an object" is for no field that there is');
  expect(await saidBy(networks.create({ name: 'web' }, { signal: 5 } as Any))).toBe('signal: "5" is no AbortSignal');
  // As `asks.map(networks.create)` calls it.
  expect(await saidBy(networks.create({ name: 'web' }, 0 as Any))).toBe('how to call: "0" is no object; what follows the ask is { signal }');
  expect((await networks.list()).filter(({ predefined }) => !predefined)).toEqual([]);
});

it('may be null, as that of fetch, and so may all that follows the ask', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.networks.create({ name: 'web' }, { signal: null });
  await fairlead.networks.remove('web', null as Any);
  expect(await fairlead.sandboxes.removeMany([], { signal: null })).toEqual([]);
});
