import { expect, it } from 'vitest';
import { createFairlead } from '../index.js';
import { measured } from './measured.js';

it('takes a signal for many as the engine does', async () => {
  await using engine = await createFairlead({ kernel: 'simulated' });
  const told: string[] = [];
  const { sandboxes } = measured(engine, ({ operation, outcome }) => told.push(`${operation} ${outcome}`));
  const aborted = { signal: AbortSignal.abort() };
  await expect(sandboxes.createMany([], undefined, aborted)).rejects.toMatchObject({ name: 'AbortError' });
  await expect(sandboxes.removeMany([], aborted)).rejects.toMatchObject({ name: 'AbortError' });
  await expect(sandboxes.createMany([{}], undefined, { signl: 1 } as never)).rejects.toMatchObject({ code: 'value-invalid' });
  const stop = new AbortController();
  const made = sandboxes.createMany([{ name: 'a' }], () => stop.abort(), { signal: stop.signal });
  await expect(made).rejects.toMatchObject({ name: 'AbortError' });
  expect(told).toEqual(['create ok']);
  expect(await sandboxes.removeMany(['a'])).toEqual([{ ref: 'a' }]);
});
