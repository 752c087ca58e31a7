import { newId, shortId } from '../../base/id.js';
import type { Endpoint, Network } from '../../model/records.js';
import { randomMac } from '../../ip/mac.js';
import { requireUnused } from '../address-check/require-unused.js';
import { giveAddresses, holderOf, ipamOf, takeAddresses } from '../addresses.js';
import type { Context } from '../context.js';
import { arrange } from '../operations/attach.js';
import { chooseMac } from '../operations/draft-endpoint.js';
import { draftSandbox } from '../operations/draft-sandbox.js';
import { parseAttach } from '../parse/attach.js';
import { nothingTheirs } from '../theirs.js';
import type { Slot } from './slot.js';

/** A sandbox and its endpoint as they are when nothing is asked for but the network. Its addresses are taken. Throws what IPAM refuses, and `address-in-use`. */
export async function draftSlot(context: Context, network: Network): Promise<Slot> {
  const id = newId();
  const place = newId();
  const sandbox = draftSandbox(context, { id: place }, shortId(place), {}, []);
  const { network: _, ips: __, ...rest } = parseAttach(context, { network: network.id });
  const bare: Endpoint = { ...rest, id, name: shortId(id), created: sandbox.created, state: 'creating', network: network.id, leases: [], gateway: [] };
  const known = (await ipamOf(context, network).needsMac?.()) ? randomMac() : undefined;
  const by = holderOf({ ...bare, ...(known && { mac: known }) });
  const leases = await takeAddresses(context, network, { ips: [], by });
  const mac = known ?? chooseMac(context, network, leases);
  try {
    await requireUnused(context, network, { leases, linkLocals: [], mac });
  } catch (error) {
    await giveAddresses(context, network, leases, by);
    throw error;
  }
  const { joining } = arrange(context, sandbox, [{ ...bare, leases, mac }], [], nothingTheirs);
  return { id, network: network.id, sandbox: { ...sandbox, state: 'active' }, endpoint: joining[0] as Endpoint };
}
