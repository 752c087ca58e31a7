import { failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { SandboxChange } from '../../model/asks.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { endpointClaim } from '../describe.js';
import { amend } from '../parse/labels.js';
import { parseName } from '../parse/names.js';
import { matching, parsePorts } from '../parse/ports.js';
import { type PortChange, publish, withTarget } from '../publish.js';
import { withSandbox } from './with-sandbox.js';

interface Update {
  readonly context: Context;
  readonly before: Sandbox;
  readonly endpoints: readonly Endpoint[];
  /** Nothing where the ports stay as they are. */
  readonly ports: PortChange | undefined;
  after: Sandbox;
  keep: () => void;
}

/** Changes a living sandbox: its name, its labels, the process that is recorded with it, its ports, which follow at once. */
export async function updateSandbox(context: Context, ref: string, change: SandboxChange): Promise<Sandbox> {
  return withSandbox(context, ref, async (before, endpoints) => {
    const { process: old, ...rest } = before;
    const process = change.process === undefined ? old : (change.process ?? undefined);
    const name = change.name === undefined ? before.name : rename(context, before, change.name);
    const after: Sandbox = { ...rest, name, labels: amend(before.labels, change.labels), ...(process && { process }) };
    const ports = change.ports && {
      wishes: parsePorts(change.ports.add ?? []),
      removed: (change.ports.remove ?? []).flatMap((ask) => matching(name, before.ports, ask)),
    };
    return (await perform(STEPS, { context, before, endpoints, ports, after, keep: () => {} })).after;
  });
}

const STEPS = [
  step<Update>('reserve the name', ({ context: { records }, before, after }) => {
    records.sandboxes.put(after);
    return () => records.sandboxes.put(before);
  }),
  step<Update>('take ports and apply', async (update) => {
    const { context, endpoints, ports } = update;
    if (!ports) return;
    const { sandbox, keep, undo } = await publish(context, update.after, ports, async ({ ports: all }) => {
      const claims = new Map(endpoints.map((each) => endpointClaim(context, each)));
      return (
        await declare(context, claims).catch((error: unknown) => {
          throw withTarget(error, all);
        })
      ).undo;
    });
    update.after = sandbox;
    update.keep = keep;
    return undo;
  }),
  step<Update>('record', async ({ context: { records }, before, after }) => {
    await records.keep({ sandboxes: [after] });
    return () => records.keep({ sandboxes: [before] });
  }),
  step<Update>('give the withdrawn ports back', ({ keep }) => keep()),
  step<Update>('let names follow', ({ context, after }) => context.names.settled(after.id)),
  step<Update>('announce', ({ context, after }) => announce(context, 'sandbox', after, 'changed')),
];

function rename({ records }: Context, sandbox: Pick<Sandbox, 'id' | 'name'>, wanted: string): string {
  const name = parseName('sandbox', wanted);
  if (records.sandboxes.named(name).some(({ id }) => id !== sandbox.id)) throw failure('name-taken', { kind: 'sandbox', name });
  return name;
}
