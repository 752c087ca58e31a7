// A host in a process of its own: it opens an engine as it is told, and does what it is asked for.
import { createFairlead } from '#dist/index.js';

let fairlead;
const does = {
  open: async (options) => {
    fairlead = await createFairlead(options);
  },
  network: (ask) => fairlead.networks.create(ask),
  join: async (ask) => (await fairlead.sandboxes.create(ask)).key,
  leave: (name) => fairlead.sandboxes.remove(name),
  close: () => fairlead[Symbol.asyncDispose](),
};

process.on('message', ([id, what, ask]) => void does[what](ask).then((answer) => process.send([id, answer])));
