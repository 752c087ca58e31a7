// The five calls of libnetwork's own introduction, in its order: a controller, its driver configured, a network, an endpoint, a sandbox
// that it joins. Needs root, or a user namespace: unshare -Urnm --map-root-user node examples/first-steps.mjs
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFairlead } from 'fairlead';

const place = mkdtempSync(join(tmpdir(), 'fairlead-example-'));
try {
  const fairlead = await createFairlead({
    state: join(place, 'state'),
    run: join(place, 'run'),
    drivers: { bridge: { 'com.docker.network.driver.mtu': '1500' } },
  });
  try {
    await fiveCalls(fairlead);
  } finally {
    // What a failure left would work on: closing an engine removes nothing.
    for (const { id } of await fairlead.sandboxes.list()) await fairlead.sandboxes.remove(id, { force: true });
    await fairlead[Symbol.asyncDispose]();
  }
} finally {
  rmSync(place, { recursive: true });
}

async function fiveCalls(fairlead) {
  const network = await fairlead.networks.create({ name: 'web', driver: 'bridge' });
  const endpoint = await fairlead.endpoints.create({ network: 'web', name: 'endpoint1' });
  const sandbox = await fairlead.sandboxes.create({ name: 'container1' });
  const joined = await fairlead.endpoints.join(endpoint.id, sandbox.id);

  console.log(`network   ${network.name}  ${network.pools[0].subnet}`);
  console.log(`endpoint  ${joined.name}  ${joined.leases[0].address}  ${joined.mac}`);
  console.log(`sandbox   ${sandbox.name}  ${sandbox.key}`);

  await fairlead.endpoints.leave(endpoint.id);
  await fairlead.sandboxes.remove('container1');
  await fairlead.endpoints.remove('endpoint1');
  await fairlead.networks.remove('web', { settle: true });
}
