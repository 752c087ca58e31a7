import type { Endpoint, Network, Sandbox } from '../../model/records.js';
import { equal } from '../../resource/same.js';
import type { Resource } from '../../resource/resource.js';
import type { Context } from '../context.js';
import { endpointResources } from '../describe.js';
import type { Slot } from './slot.js';

/** All that the endpoint of a slot is made of, once it is used. Described once for each state of its network: a record is never changed in its place. */
export function slotResources(context: Context, slot: Slot): readonly Resource[] {
  const network = context.records.networks.get(slot.network);
  const known = described.get(slot);
  if (known?.network === network) return known.resources;
  const resources = endpointResources(context, slot.endpoint, slot.sandbox);
  described.set(slot, { network, resources });
  return resources;
}

/** What the endpoint is made of that a slot has become: the same, where nothing was asked for that shows in the kernel. */
export function usedSlotResources(context: Context, slot: Slot, sandbox: Sandbox, endpoint: Endpoint): readonly Resource[] {
  const alike = equal(slot.sandbox, sandbox, UNSEEN) && equal(slot.endpoint, endpoint, UNSEEN);
  return alike ? slotResources(context, slot) : endpointResources(context, endpoint, sandbox);
}

const described = new WeakMap<Slot, { readonly network: Network; readonly resources: readonly Resource[] }>();

// Names are answered, not built, and nobody describes by how far a record is on its way.
const UNSEEN: ReadonlySet<string> = new Set(['name', 'created', 'state', 'labels', 'hostname', 'dns', 'holder', 'aliases', 'links'] satisfies (
  | keyof Sandbox
  | keyof Endpoint
)[]);
