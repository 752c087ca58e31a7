import type { SandboxAsk } from '../../model/asks.js';
import { KIND } from '../../model/endpoint-kind.js';
import { IFNAME } from '../../model/endpoint-options.js';
import { INNER } from '../../model/inner.js';
import type { Context } from '../context.js';
import type { Slot } from './slot.js';

/** A slot that serves what is asked for: one network and nothing that its link was not made for. */
export function takeSlot(context: Context, { networks: asked = [], netns, handed }: SandboxAsk): Slot | undefined {
  const { records } = context;
  const [first, ...others] = asked;
  if (records.slots.size === 0 || !first || others.length > 0 || netns !== undefined || handed !== undefined) return undefined;
  const { network, ip, ip6, mac, linkLocalIps, interfaceName, options = {} } = first;
  if ([ip, ip6, mac, linkLocalIps, interfaceName, options[IFNAME], options[KIND], options[INNER]].some((each) => each !== undefined)) return undefined;
  return records.slots.take(records.networks.resolve(network).id);
}
