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
import { withdrawing } from '../port-mend.js';
import { type PortChange, publish } from '../publish.js';
import { requireFreeName } from './draft-endpoint.js';
import { withSandbox } from './with-sandbox.js';

interface Update {
  readonly context: Context;
  readonly before: Sandbox;
  /** All in it, as they are to be. */
  readonly endpoints: readonly Endpoint[];
  /** Those that the sandbox gave its name, as they were. */
  readonly namesakes: readonly Endpoint[];
  /** Nothing where the ports stay as they are. */
  readonly ports: PortChange | undefined;
  after: Sandbox;
  keep: () => void;
}

/**
 * Changes a living sandbox: its name, its labels, the process that is recorded with it, its ports, which follow at once. An endpoint
 * that has the sandbox's name has it from there, and follows a new one: the old name is free on all networks, for a successor say.
 * Throws `name-taken` and `endpoint-name-taken`.
 */
export async function updateSandbox(context: Context, ref: string, change: SandboxChange): Promise<Sandbox> {
  return withSandbox(context, ref, async (before, present) => {
    const { process: old, ...rest } = before;
    const process = change.process === undefined ? old : (change.process ?? undefined);
    const name = change.name === undefined ? before.name : rename(context, before, change.name);
    const after: Sandbox = { ...rest, name, labels: amend(before.labels, change.labels), ...(process && { process }) };
    const namesakes = name === before.name ? [] : present.filter((each) => each.name === before.name);
    for (const { network } of namesakes) requireFreeName(context, name, context.records.networks.get(network));
    const endpoints = present.map((each) => (namesakes.includes(each) ? { ...each, name } : each));
    const ports = change.ports && {
      wishes: parsePorts(change.ports.add ?? []),
      removed: (change.ports.remove ?? []).flatMap((ask) => matching(name, before.ports, ask)),
      flag: '--publish-add' as const,
    };
    return (await perform(STEPS, { context, before, endpoints, namesakes, ports, after, keep: () => {} })).after;
  });
}

const STEPS = [
  step<Update>('reserve the name', ({ context: { records }, before, namesakes, after }) => {
    records.sandboxes.put(after);
    for (const each of namesakes) records.reserve({ ...each, name: after.name });
    return () => {
      records.sandboxes.put(before);
      for (const each of namesakes) records.reserve(each);
    };
  }),
  step<Update>('take ports and apply', async (update) => {
    const { context, endpoints, ports } = update;
    if (!ports) return;
    const { sandbox, keep, undo } = await publish(context, update.after, ports, async ({ ports: all }) => {
      const claims = new Map(endpoints.map((each) => endpointClaim(context, each)));
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
  step<Update>('record', async ({ context: { records }, before, namesakes, after }) => {
    await records.keep({ sandboxes: [after], endpoints: namesakes.map(({ id }) => records.endpoints.get(id)) });
    return () => records.keep({ sandboxes: [before], endpoints: namesakes });
  }),
  step<Update>('give the withdrawn ports back', ({ keep }) => keep()),
  step<Update>('let names follow', ({ context, after }) => context.names.settled(after.id)),
  step<Update>('announce', ({ context, namesakes, after }) => {
    for (const { id } of namesakes) announce(context, 'endpoint', { id, name: after.name }, 'changed');
    announce(context, 'sandbox', after, 'changed');
  }),
];

function rename({ records }: Context, sandbox: Pick<Sandbox, 'id' | 'name'>, wanted: string): string {
  const name = parseName('sandbox', wanted);
  if (records.sandboxes.named(name).some(({ id }) => id !== sandbox.id)) throw failure('name-taken', { kind: 'sandbox', name });
  return name;
}
