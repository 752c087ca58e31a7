import { randomHex } from '../../base/id.js';
import type { Facts } from '../../base/json.js';
import { refuseVainCheck } from '../../model/address-check.js';
import type { Network } from '../../model/records.js';
import type { Place } from '../../model/ipam.js';
import { guardElement, guardTable } from '../../resource/element.js';
import type { LinkResource, Resource, Stack } from '../../resource/resource.js';
import type { BridgeFacts } from './bridge-facts.js';

/**
 * A port of somebody else's bridge by which its segment is asked for addresses: what comes in by a port reaches this host's own servers as
 * well as those of others, and what is sent from the bridge itself does not. Its other end has a stack of its own, because a host answers
 * ARP for all of its addresses by each of its links.
 */
export interface StationFacts extends Facts {
  readonly stack: string;
  readonly link: string;
}

const INSIDE = 'station';

/** Names that nobody has. */
export const newStation = (): StationFacts => ({ stack: `ns/${randomHex(12)}`, link: `fl${randomHex(11)}` });

export function describeStation({ device, judged }: BridgeFacts, { stack, link }: StationFacts, port: Pick<LinkResource, 'vlans'>): readonly Resource[] {
  const inside = stack as Stack;
  return [
    { kind: 'namespace', in: inside },
    // It asks for whoever is to come.
    ...(judged ? [guardTable, guardElement('unguarded', link)] : []),
    { kind: 'link', in: 'host', name: link, spec: { type: 'veth', peer: { in: inside, name: INSIDE } }, master: device, ...port },
    { kind: 'up', in: 'host', link },
    { kind: 'up', in: inside, link: INSIDE },
  ];
}

/** Where the neighbours of a network that is on a segment are asked: by its bridge, which all of them hear. */
export function wire({ facts }: Network): Place | undefined {
  const { device, borrowed, parent, place } = (facts ?? {}) as Partial<BridgeFacts>;
  // Those in a VLAN of it do not hear the host.
  return device !== undefined && place === undefined && (borrowed || parent !== undefined)
    ? { stack: 'host', link: device, name: parent ?? device }
    : undefined;
}

/** Where the segment of a network on somebody else's bridge is spoken to. */
export function segment({ facts }: Network): Place | undefined {
  const { station, device = '' } = (facts ?? {}) as Partial<BridgeFacts>;
  return station && { stack: station.stack as Stack, link: INSIDE, name: device };
}

/** Refuses to ask a segment by a bridge that is on none. Throws `option-invalid`. */
export const refuseUnasked = (milliseconds: number): void =>
  refuseVainCheck(milliseconds, 'this bridge is on no segment of others', 'leave it out, or name a link of the host that is on one: -o parent=eth1');
