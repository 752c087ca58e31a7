import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFairlead } from '../index.js';
import { connectFairlead } from '../client/client.js';
import { heard } from './heard.js';

const warned = vi.fn();
beforeEach(() => {
  warned.mockReset();
  vi.spyOn(process, 'emitWarning').mockImplementation(warned);
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('warns once of a listener whose promise rejects, and tells it no more', async () => {
  const told = vi.fn(async () => Promise.reject(new Error('no terminal')));
  const progress = heard(told);
  progress(1);
  await new Promise(setImmediate);
  progress(2);
  expect(told.mock.calls).toEqual([[1]]);
  expect(warned.mock.calls.map(([error]) => String(error))).toEqual(['Error: no terminal']);
});

it('warns once of several promises that reject, whatever with', async () => {
  const progress = heard(() => Promise.reject(Object.create(null)));
  progress(1);
  progress(2);
  await new Promise(setImmediate);
  expect(warned.mock.calls.map(([error]) => String(error))).toEqual(['Error: an object']);
});

it('refuses what is no function before anything is begun, in the engine and in a client', async () => {
  await using engine = await createFairlead({ kernel: 'simulated' });
  // Nobody is there: what is sent would be refused in other words.
  await using client = connectFairlead('unix:///nonexistent/d.sock');
  for (const { sandboxes } of [engine, client])
    for (const told of [null, {}, { signal: AbortSignal.timeout(10_000) }]) {
      const refusal = { code: 'value-invalid', message: `told: "${told === null ? 'null' : 'an object'}" is no function` };
      await expect(sandboxes.createMany([{ name: 'a' }], told as never)).rejects.toMatchObject(refusal);
      await expect(sandboxes.removeMany(['a'], {}, told as never)).rejects.toMatchObject(refusal);
    }
  expect(await engine.sandboxes.list()).toEqual([]);
  expect(warned).not.toHaveBeenCalled();
});
