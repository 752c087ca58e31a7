import { printPorts, shownPorts } from '../model/ports.js';
import type { Sandbox } from '../model/records.js';
import { printable } from './printable.js';
import type { Shell } from './shell.js';

/** Says on standard error which ports of a sandbox lead nowhere for now, and why: they were asked for, and nothing answers there. */
export async function tellWaiting(shell: Shell, sandbox: Sandbox): Promise<void> {
  if (sandbox.ports.length === 0) return;
  const fairlead = await shell.fairlead();
  const [endpoints, networks] = await Promise.all([fairlead.endpoints.list(), fairlead.networks.list()]);
  const own = endpoints.filter((endpoint) => endpoint.sandbox === sandbox.id);
  const { waiting } = shownPorts(sandbox, own, new Map(networks.map((network) => [network.id, network])));
  for (const [reason, ports] of waiting) {
    shell.world.err.write(`fairlead: ${printable(`${printPorts(ports).join(', ')} ${ports.length === 1 ? 'waits' : 'wait'}: ${reason}`)}\n`);
  }
}
