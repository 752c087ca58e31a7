// Makes one request of a Fairlead of its own and says when it was acknowledged. `windows.preload.mjs` kills it on the way.
import { createFairlead } from '#dist/index.js';

const [host, run, name] = process.argv.slice(2);
const fairlead = await createFairlead({ host, state: `${run}/state`, run: `${run}/run`, driftInterval: 0 });
const { networks, sandboxes, endpoints } = fairlead;
const requests = {
  'create network': () => networks.create({ name: 'new', ipv6: true, internal: true }),
  'remove network': () => networks.remove('spare', { settle: true }),
  'create sandbox': () => sandboxes.create({ name: 'new', networks: [{ network: 'web' }, { network: 'bridge' }] }),
  'remove sandbox': () => sandboxes.remove('box', { settle: true }),
  'take a card': () => sandboxes.create({ name: 'new', networks: [{ network: 'nic' }] }),
  'give a card back': () => sandboxes.remove('new', { settle: true }),
  'take a link of the host': () => networks.create({ name: 'lan', options: { parent: 'uplink0' }, ipv6: true }),
  'give a link of the host back': () => networks.remove('lan', { settle: true }),
  join: () => endpoints.join('apart', 'box'),
  leave: () => endpoints.leave('web/box', { settle: true }),
  'leave, and do not wait': () => endpoints.leave('web/box', { settle: false }),
  nothing: () => new Promise(() => process.stdout.write('open\n')),
};
globalThis.startCounting?.();
await requests[name]();
process.stdout.write('acknowledged\n');
process.kill(process.pid, 'SIGKILL');
