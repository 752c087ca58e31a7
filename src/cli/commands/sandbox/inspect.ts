import { isAlive } from '../../../kernel/linux/process.js';
import type { Fairlead } from '../../../model/fairlead.js';
import { inspectSandbox } from '../../../model/inspect.js';
import type { Sandbox } from '../../../model/records.js';
import { inspecting } from '../../inspection.js';
import { isHere } from '../../process/is-here.js';

/** `sandbox inspect`. */
export const inspect = inspecting('SANDBOX', async (fairlead, refs) => {
  const [sandboxes, endpoints, networks] = await Promise.all([
    Promise.allSettled(refs.map(async (ref) => withoutEnded(fairlead, await fairlead.sandboxes.get(ref)))),
    fairlead.endpoints.list(),
    fairlead.networks.list(),
  ]);
  return sandboxes.map((result) => (result.status === 'fulfilled' ? { ...result, value: inspectSandbox(result.value, endpoints, networks) } : result));
});

// The pid of a process that has ended may be another's by now. One of another machine cannot be looked at from here.
async function withoutEnded(fairlead: Fairlead, sandbox: Sandbox): Promise<Sandbox> {
  if (!sandbox.process || isAlive(sandbox.process) || !(await isHere(fairlead))) return sandbox;
  const { process: _, ...rest } = sandbox;
  return rest;
}
