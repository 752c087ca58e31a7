import type { Owner } from '../../resource/owner.js';
import type { Resource } from '../../resource/resource.js';
import type { Context } from '../context.js';
import { type Claim, sandboxClaim } from '../describe.js';
import type { Slot } from './slot.js';
import { slotResources } from './slot-resources.js';

/** What a slot wants: all that its sandbox and its endpoint will, but for what lets packets through. */
export function slotClaim(context: Context, slot: Slot): Claim {
  const whole = slotResources(context, slot);
  const judged = whole.some((each) => each.kind === 'element' && each.family === 'bridge' && (each.map === 'own_mac' || each.map === 'only_mac'));
  return [slotOwner(slot.id), [...sandboxClaim(slot.sandbox)[1], ...whole.filter((each) => !opens(each, judged))]];
}

export const slotOwner = (id: string): Owner => `slot/${id}`;

export const isSlot = (owner: Owner): boolean => owner.startsWith('slot/');

// The guard drops what comes from a port that it does not know; where nothing is judged, the port stays down.
const opens = ({ kind, in: stack }: Resource, judged: boolean): boolean =>
  kind === 'element' || kind === 'admission' || kind === 'announced' || (kind === 'up' && stack === 'host' && !judged);
