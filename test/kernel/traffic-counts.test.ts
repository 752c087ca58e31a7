import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFairlead, type Fairlead } from '#dist/index.js';
import { type HostNamespace, hostNamespace } from '../tool/host-namespace.js';

let host: HostNamespace;
let fairlead: Fairlead;
beforeAll(async () => {
  host = await hostNamespace();
  fairlead = await createFairlead({ host: host.path, state: `${host.run}/state`, run: `${host.run}/run` });
});
afterAll(async () => {
  await fairlead[Symbol.asyncDispose]();
  await host.close();
});

it('counts what a sandbox has sent and received, as it sees it', async () => {
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.5.0.0/24' }] } });
  const talker = await fairlead.sandboxes.create({ name: 'talker', networks: [{ network: 'web', ip: '10.5.0.2' }] });
  const listener = await fairlead.sandboxes.create({ name: 'listener', networks: [{ network: 'web', ip: '10.5.0.3' }] });
  await fairlead.sandboxes.create({ name: 'alone' });
  const send = `const socket = require('dgram').createSocket('udp4'); let left = 20;
    const one = () => left-- ? socket.send(Buffer.alloc(1000), 9, '10.5.0.3', one) : socket.close(); one();`;
  await host.exec(['nsenter', `--net=${talker.key}`, process.execPath, '-e', send]);
  const counted = await fairlead.traffic();
  const of = ({ id }: { readonly id: string }) => counted.find(({ sandbox }) => sandbox === id);
  expect(counted).toHaveLength(2);
  expect(of(talker)?.sent.bytes).toBeGreaterThan(20 * 1000);
  expect(of(listener)?.received.bytes).toBeGreaterThan(20 * 1000);
  expect(of(listener)?.sent.bytes).toBeLessThan(20 * 1000);
});
