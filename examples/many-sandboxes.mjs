// A platform's day: many sandboxes on one network, each attached in one call, all of them removed at once. What is asked for in one
// turn becomes one kernel transaction. Needs root, or a user namespace as in first-steps.mjs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFairlead } from 'fairlead';

const COUNT = 100;
const place = mkdtempSync(join(tmpdir(), 'fairlead-example-'));
try {
  const fairlead = await createFairlead({ state: join(place, 'state'), run: join(place, 'run') });
  try {
    await aDay(fairlead);
  } finally {
    // What a failure left would work on: closing an engine removes nothing.
    for (const { id } of await fairlead.sandboxes.list()) await fairlead.sandboxes.remove(id, { force: true });
    await fairlead[Symbol.asyncDispose]();
  }
} finally {
  rmSync(place, { recursive: true });
}

async function aDay(fairlead) {
  await fairlead.networks.create({ name: 'agents', ipam: { config: [{ subnet: '10.80.0.0/16' }] } });

  const names = Array.from({ length: COUNT }, (_, n) => `agent-${n}`);
  const made = performance.now();
  await Promise.all(names.map((name) => fairlead.sandboxes.create({ name, networks: [{ network: 'agents' }] })));
  console.log(`${COUNT} sandboxes with a network each: ${((performance.now() - made) / COUNT).toFixed(2)} ms each`);

  const gone = performance.now();
  await Promise.all(names.map((name) => fairlead.sandboxes.remove(name)));
  await fairlead.settled();
  console.log(`removed, links and addresses free again: ${((performance.now() - gone) / COUNT).toFixed(2)} ms each`);

  await fairlead.networks.remove('agents', { settle: true });
}
