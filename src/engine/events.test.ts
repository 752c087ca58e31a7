import { expect, it } from 'vitest';
import { createFairlead } from '../index.js';

it('events end when the engine is disposed of, and are none after that', async () => {
  const fairlead = await createFairlead({ kernel: 'simulated' });
  const { signal } = new AbortController();
  const seen: string[] = [];
  const all = (async () => {
    for await (const { name, change } of fairlead.events(signal)) seen.push(`${name} ${change}`);
  })();
  await fairlead.networks.create({ name: 'web' });
  await fairlead[Symbol.asyncDispose]();
  await all;
  expect(seen).toEqual(['web created']);
  for await (const event of fairlead.events(signal)) throw new Error(event.name);
});

it('wants a signal for a stream, and says so', async () => {
  await using fairlead = await createFairlead({ kernel: 'simulated' });
  for (const none of [undefined, 5, {}] as unknown as AbortSignal[])
    expect(() => fairlead.events(none)).toThrow(expect.objectContaining({ code: 'value-invalid', message: expect.stringContaining('signal') }));
});
