import type { SandboxAsk } from '../../model/asks.js';
import type { Context } from '../context.js';
import { parseAttach } from '../parse/attach.js';
import type { Slot } from './slot.js';

/** A slot that serves what is asked for: one network and nothing that its link was not made for. */
export function takeSlot(context: Context, { networks: asked = [], netns }: SandboxAsk): Slot | undefined {
  const { records } = context;
  const [first, ...others] = asked;
  if (records.slots.size === 0 || !first || others.length > 0 || netns !== undefined) return undefined;
  const { network, ips, mac, linkLocals, interfaceName } = parseAttach(context, first);
  if (ips.length > 0 || mac !== undefined || linkLocals.length > 0) return undefined;
  return records.slots.take(network.id, ({ endpoint }) => interfaceName === undefined || interfaceName === endpoint.link?.inside);
}
