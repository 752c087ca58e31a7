import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeWorld } from '../../../test/tool/fake-world.js';
import { overlay } from '../../../test/tool/overlay.js';
import { createFairlead } from '../../index.js';
import type { Fairlead } from '../../model/fairlead.js';
import { main } from '../main.js';

const HERE = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

let fairlead: Fairlead;
beforeAll(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
  await fairlead.sandboxes.create({ name: 'box' });
});
afterAll(() => fairlead[Symbol.asyncDispose]());

/** The code with which this command fails, and what it has made. */
async function failing(boot: string, host: string, words: readonly string[]) {
  const there = overlay(fairlead, { info: async () => ({ boot }), [Symbol.asyncDispose]: async () => undefined });
  const world = fakeWorld({ connect: async () => there, env: { PATH: '/usr/bin:/bin', FAIRLEAD_HOST: host } });
  await main(words, world);
  return [world.taken().err.match(/\[.*\]/)?.[0], (await fairlead.sandboxes.list()).map(({ name }) => name)];
}

it.each([[['run', 'true']], [['run', '-d', '--network', 'host', 'true']], [['exec', 'box', 'true']]])(
  '%j is refused of a daemon on another machine',
  async (words) => {
    expect(await failing('another', 'https://192.0.2.2:2386', words)).toEqual(['[daemon-elsewhere]', ['box']]);
  },
);

// Nobody can enter a namespace of the simulated kernel: as far as that it comes.
it.each([
  [HERE, 'http://127.0.0.1:2386'],
  ['another', 'unix:///run/fairlead/fairlead.sock'],
  ['', 'http://127.0.0.1:2386'],
])('a daemon of boot %j at %s is none', async (boot, host) => {
  expect(await failing(boot, host, ['exec', 'box', 'true'])).toEqual(['[namespace-invalid]', ['box']]);
});
