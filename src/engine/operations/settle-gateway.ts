import type { Endpoint, Sandbox } from '../../model/records.js';
import type { Context } from '../context.js';
import { theirsIn } from '../theirs.js';
import { lacksWayOut } from '../ways-out.js';
import { arrange, declareAttachment } from './attach.js';
import { followGateway } from './follow-gateway.js';
import { giveBack } from './give-back.js';

/** Gives a sandbox the way out that it lacks, or takes the one that it does not need: a kill may have come before that. Nothing else may be at work on it. */
export async function settleGateway(context: Context, sandbox: Sandbox): Promise<void> {
  const { records } = context;
  const there = records.endpointsIn(sandbox.id);
  // Nearly always: then nobody looks into the namespace, of which there may be a thousand at a start.
  if (lacksWayOut(context, there) === there.some(({ automatic }) => automatic)) return;
  const theirs = await theirsIn(context, sandbox);
  const { undo, joining, leaving } = await followGateway(context, sandbox, { joining: [], leaving: [] }, theirs);
  if (joining.length + leaving.length === 0) return;
  try {
    const attachment = arrange(context, sandbox, joining, leaving, theirs);
    const active = attachment.joining.map((each): Endpoint => ({ ...each, state: 'active' }));
    for (const each of attachment.joining) records.reserve(each);
    const { drained } = await declareAttachment(context, sandbox, attachment);
    // In one turn, so in one commit.
    await Promise.all([records.drop({ endpoints: leaving.map(({ id }) => id) }), records.keep({ endpoints: [...active, ...attachment.changed] })]);
    void giveBack(context, leaving, drained);
  } catch (error) {
    await undo();
    throw error;
  }
}
