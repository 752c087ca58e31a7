// Fairlead: the library in this process, or a daemon asked over HTTP on its unix socket; made when asked for, or held ready.
import { createFairlead } from '#dist/index.js';
import { startDaemon } from '../daemon.mjs';
import { serve } from './serve.mjs';

await serve(async ({ over = 'library', ready = 0 }) => {
  const place = `${process.env.FAIRLEAD_BENCH}/${over}-${ready}-${process.pid}`;
  const { fairlead, close } = over === 'daemon' ? await startDaemon(place) : await library(place);
  await fairlead.networks.create({
    name: 'bench',
    ipam: { config: [{ subnet: '10.65.0.0/16' }] },
    options: ready > 0 ? { 'com.fairlead.ready': String(ready) } : {},
  });
  // What goes behind a reply holds the kernel's lock for links, which all subjects share.
  const rest = async () => {
    await fairlead.settled();
    for (let held = 0; held < ready; held = (await fairlead.info()).ready) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await rest();
  const remove = (n) => fairlead.sandboxes.remove(`s${n}`, { settle: false });
  return {
    title: `fairlead, ${over === 'daemon' ? 'daemon over HTTP' : 'library'}${ready > 0 ? ', held ready' : ''}`,
    learns: true,
    attach: (n) => fairlead.sandboxes.create({ name: `s${n}`, networks: [{ network: 'bench' }] }),
    detach: remove,
    clear: (numbers) => Promise.all(numbers.map((n) => fairlead.sandboxes.remove(`s${n}`, { settle: true }))),
    rest,
    gateway: '10.65.0.1',
    place: async (n) => (await fairlead.sandboxes.get(`s${n}`)).key,
    close,
  };
});

async function library(place) {
  const fairlead = await createFairlead({ state: `${place}/state`, run: `${place}/run` });
  return { fairlead, close: () => fairlead[Symbol.asyncDispose]() };
}
