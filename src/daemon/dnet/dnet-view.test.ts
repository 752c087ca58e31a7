import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFairlead, type Fairlead } from '../../index.js';
import { dnetView } from './dnet-view.js';
import { SandboxPlaces } from './sandbox-places.js';

const PATIENCE = 10_000;

let folder: string;
let engine: Fairlead;
let view: Fairlead;
let places: SandboxPlaces;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-dnet-view-'));
  places = new SandboxPlaces({ namespaces: join(folder, 'netns'), files: join(folder, 'files'), run: join(folder, 'run') });
  places.clear();
  engine = await createFairlead({ kernel: 'simulated' });
  view = dnetView(engine, places, 'bridge');
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Begins a call and ends its signal at once. */
async function left(call: (how: { readonly signal: AbortSignal }) => Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  const begun = call({ signal: stop.signal });
  stop.abort();
  await expect(begun).rejects.toMatchObject({ name: 'AbortError' });
}

it('writes what belongs to a sandbox though nobody waits for it any more', async () => {
  await left((how) => view.sandboxes.create({ name: 'box' }, how));
  const { id } = await vi.waitFor(() => engine.sandboxes.get('box'), PATIENCE);
  const files = join(folder, 'files', id);
  await vi.waitFor(() => expect(existsSync(join(files, 'hosts'))).toBe(true), PATIENCE);
  await left((how) => view.sandboxes.remove('box', how));
  await vi.waitFor(() => expect(existsSync(files)).toBe(false), PATIENCE);
});

it('takes a signal for many as the engine does', async () => {
  await expect(view.sandboxes.createMany([], undefined, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  await expect(view.sandboxes.removeMany([], { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  await expect(view.sandboxes.createMany([{}], undefined, { signl: 1 } as never)).rejects.toMatchObject({ code: 'value-invalid' });
  expect(await view.sandboxes.list()).toEqual([]);
});
