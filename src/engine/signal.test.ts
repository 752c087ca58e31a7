import { expect, it } from 'vitest';
import { createFairlead } from '../index.js';

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
