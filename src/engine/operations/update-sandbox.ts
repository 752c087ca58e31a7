import { perform, step } from '../../base/steps.js';
import type { SandboxChange } from '../../model/asks.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { endpointClaim } from '../describe.js';
import { changeSandbox } from '../parse/sandbox-change.js';
import { withdrawing } from '../port-mend.js';
import { type PortChange, publish } from '../publish.js';
import { withSandbox } from './with-sandbox.js';

interface Update {
  readonly context: Context;
  readonly before: Sandbox;
  /** All in it, as they are to be. */
  readonly endpoints: readonly Endpoint[];
  /** Those that are not as they were, as they were. */
  readonly changed: readonly Endpoint[];
  readonly ports: PortChange;
  after: Sandbox;
  keep: () => void;
}

/**
 * Changes a living sandbox, and nothing is detached for it: the records are changed, its endpoints are described again, and the
 * difference is the change. An endpoint that has the sandbox's name has it from there, and follows a new one: the old name is free
 * on all networks, for a successor say. Throws `name-taken`, `endpoint-name-taken` and what refuses a field of the change.
 */
export async function updateSandbox(context: Context, ref: string, change: SandboxChange): Promise<Sandbox> {
  return withSandbox(context, ref, async (before, present) => {
    const { after, endpoints, ports } = changeSandbox(context, before, present, change);
    const changed = present.filter((each, index) => each !== endpoints[index]);
    return (await perform(STEPS, { context, before, endpoints, changed, ports, after, keep: () => {} })).after;
  });
}

const STEPS = [
  step<Update>('change it in memory', ({ context: { records }, before, endpoints, changed, after }) => {
    records.sandboxes.put(after);
    for (const each of endpoints) if (changed.some(({ id }) => id === each.id)) records.reserve(each);
    return () => {
      records.sandboxes.put(before);
      for (const each of changed) records.reserve(each);
    };
  }),
  step<Update>('take ports and apply', async (update) => {
    const { context, endpoints, ports } = update;
    const { sandbox, keep, undo } = await publish(context, update.after, ports, async ({ ports: all }) => {
      const claims = () => new Map(endpoints.map((each) => endpointClaim(context, each)));
      return (
        await declare(context, claims).catch((error: unknown) => {
          throw withdrawing(error, update.after.name, all);
        })
      ).undo;
    });
    update.after = sandbox;
    update.keep = keep;
    return undo;
  }),
  step<Update>('record', async ({ context: { records }, before, changed, after }) => {
    await records.keep({ sandboxes: [after], endpoints: changed.map(({ id }) => records.endpoints.get(id)) });
    return () => records.keep({ sandboxes: [before], endpoints: changed });
  }),
  step<Update>('give the withdrawn ports back', ({ keep }) => keep()),
  step<Update>('let names follow', ({ context, after }) => context.names.settled(after.id)),
  step<Update>('announce', ({ context, changed, after }) => {
    for (const { id } of changed) announce(context, 'endpoint', context.records.endpoints.get(id), 'changed');
    announce(context, 'sandbox', after, 'changed');
  }),
];
