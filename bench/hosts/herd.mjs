// Some of many hosts in one process: each an engine of its own on a kernel in memory, a client of its own to the store.
import { setTimeout } from 'node:timers/promises';
import { createFairlead } from '#dist/index.js';
import { many, patiently, timed } from '../measure.mjs';

const hosts = new Map();
const AT_ONCE = 4;
const A_MOMENT = 100; // ms

const open = ({ store, lease }, n) =>
  createFairlead({
    kernel: 'simulated',
    cluster: { store, host: `h${n}`, address: `10.${200 + (n >> 16)}.${(n >> 8) & 0xff}.${n & 0xff}`, lease },
  });

const does = {
  open: async ({ numbers, ...where }) => {
    await many(numbers, AT_ONCE, async (n) => {
      hosts.set(n, await open(where, n));
      // One that had to wait for the store takes its place when that answers.
      await patiently(async () => (await hosts.get(n).info()).alive === true);
    });
  },
  network: async ({ host, ...ask }) => {
    const again = [];
    try {
      await persistently(() => hosts.get(host).networks.create(ask), again);
    } catch (error) {
      // Of one that was asked for once more nobody knew whether it was made: it was.
      if (error.code !== 'name-taken' || again.length === 0) throw error;
    }
  },
  attach: async (asks) => {
    const [took, again] = [[], []];
    await many(asks, AT_ONCE, async ({ host, ...ask }) =>
      took.push((await timed(() => persistently(() => hosts.get(host).sandboxes.create(ask), again))) / 1000),
    );
    return { took, again: again.length };
  },
  peers: async () => {
    let known = 0;
    for (const host of hosts.values()) known += (await host.info()).peers;
    return known;
  },
  memory: () => process.memoryUsage.rss() / 1e6,
  close: async () => {
    await many([...hosts.values()], AT_ONCE, (host) => host[Symbol.asyncDispose]());
    hosts.clear();
  },
};

// Where a machine is too busy for etcd to answer in time, a user would ask once more; that is counted.
async function persistently(ask, again) {
  let doubted = false;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      // What nobody knew of was written: its host takes it back as soon as the store answers.
      const isLeft = error.code === 'endpoint-name-taken' && doubted;
      if (error.code !== 'store-unreachable' && error.code !== 'store-doubtful' && !isLeft) throw error;
      doubted ||= error.code === 'store-doubtful';
      if (isLeft) await setTimeout(A_MOMENT);
      else again.push(error.code);
    }
  }
}

async function answer([id, what, ask]) {
  try {
    process.send([id, { value: await does[what](ask) }]);
  } catch (error) {
    process.send([id, { error: String(error?.stack ?? error) }]);
  }
}

process.on('message', (message) => void answer(message));
process.on('disconnect', () => process.exit());
