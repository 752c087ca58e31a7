import { setTimeout } from 'node:timers/promises';
import { failure } from '../../base/error.js';
import { familyOf } from '../../ip/ip.js';
import type { Family, Ip, Mac } from '../../ip/types.js';
import { addressCheck } from '../../model/address-check.js';
import type { Place } from '../../model/ipam.js';
import type { Endpoint, Network } from '../../model/records.js';
import type { Context } from '../context.js';
import { driverOf } from '../describe.js';
import { type Claim, claimOf, probe } from './probe.js';

/** How often it is asked in the time that there is: RFC 5227 §1.1. */
const PROBES = 3;

/**
 * Asks the segment of a network whether somebody has an address of this endpoint, for as long as the network says. Throws `address-in-use`, and
 * `kernel-absent` where its link is gone.
 */
export async function requireUnused(
  context: Context,
  network: Network,
  { leases, linkLocals, mac }: Pick<Endpoint, 'leases' | 'linkLocals' | 'mac'>,
): Promise<void> {
  const [time, place] = [addressCheck(network), driverOf(context, network.driver).wire?.(network)];
  if (time === 0 || place === undefined) return;
  const ips = [...leases.map(({ ip }) => ip), ...linkLocals];
  const families = ([4, 6] as const).map((family) => ({ family, ips: ips.filter((ip) => familyOf(ip) === family) }));
  const asked = families.filter((each) => each.ips.length > 0);
  const found = new AbortController();
  await Promise.all(asked.map((each) => ask(context, place, { ...each, mac, time, found })));
  const claim = found.signal.reason as Claim | undefined;
  if (claim) throw failure('address-in-use', { address: claim.ip, mac: claim.mac, network: network.name, link: place.name ?? place.link });
}

interface Question {
  readonly family: Family;
  readonly ips: readonly Ip[];
  /** That of the endpoint, where it has one of its own. */
  readonly mac: Mac | undefined;
  /** Milliseconds. */
  readonly time: number;
  /** Aborted with the first claim of somebody else, for all who ask. */
  readonly found: AbortController;
}

/** Asks, and hears, until somebody has claimed one of them or the time is over. */
async function ask({ kernel }: Context, { stack, link }: Place, { family, ips, mac, time, found }: Question): Promise<void> {
  let own = mac;
  const hear = (frame: Uint8Array) => {
    const claim = claimOf(frame);
    if (claim !== undefined && claim.mac !== own && ips.includes(claim.ip)) found.abort(claim);
  };
  await using frames = await kernel.frames(stack, { link, family, ...(mac !== undefined && { mac }) }, hear);
  const from = mac ?? frames.mac;
  own = from;
  for (let sent = 0; sent < PROBES && !found.signal.aborted; sent++) {
    for (const ip of ips) await frames.send(probe(ip, from));
    await setTimeout(time / PROBES, undefined, { signal: found.signal }).catch(() => {});
  }
}
