import { failure } from '../../base/error.js';
import type { SandboxChange } from '../../model/asks.js';
import type { Sandbox } from '../../model/records.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { amend } from '../parse/labels.js';
import { parseName } from '../parse/names.js';

/** Changes a living sandbox: its name, its labels, the process that is recorded with it. */
export async function updateSandbox(context: Context, ref: string, change: SandboxChange): Promise<Sandbox> {
  const { records, queues } = context;
  const { id } = records.sandboxes.resolve(ref);
  return queues.run({ exclusive: [`sandbox/${id}`] }, async () => {
    const { process: old, ...before } = records.sandboxes.get(id);
    const process = change.process === undefined ? old : (change.process ?? undefined);
    const name = change.name === undefined ? before.name : rename(context, before, change.name);
    const after: Sandbox = { ...before, name, labels: amend(before.labels, change.labels), ...(process && { process }) };
    await records.keep({ sandboxes: [after] });
    await context.names.settled(id);
    announce(context, 'sandbox', after, 'changed');
    return after;
  });
}

function rename({ records }: Context, sandbox: Pick<Sandbox, 'id' | 'name'>, wanted: string): string {
  const name = parseName('sandbox', wanted);
  if (records.sandboxes.named(name).some(({ id }) => id !== sandbox.id)) throw failure('name-taken', { kind: 'sandbox', name });
  return name;
}
