import type { Facts } from '../base/json.js';
import { splitInterfaceAddress } from '../ip/interface-address.js';
import { isLinkLocal } from '../ip/ip.js';
import type { InterfaceAddress, Mac } from '../ip/types.js';
import { lentTo } from './enslaved.js';
import { rememberedMoved } from './moved.js';
import type { BorrowResource, EnslavedResource, MovedResource, Operation, Resource } from './resource.js';

/** Whether it was there before us: how it was is written down, and given back. */
export const isBorrowed = (resource: Resource): boolean => BORROWED.has(resource.kind) || (resource.kind === 'sysctl' && resource.link === undefined);

const BORROWED: ReadonlySet<Resource['kind']> = new Set(['borrow', 'enslaved', 'moved', 'functions']);

/** How somebody else's link is. */
export interface LinkPast extends Facts {
  readonly addresses: readonly InterfaceAddress[];
  readonly mtu: number;
  readonly up: boolean;
  readonly mac?: Mac;
  readonly promiscuous?: true;
}

/** What is to be done to a borrowed link. */
export interface Lending {
  readonly add: readonly InterfaceAddress[];
  readonly remove: readonly InterfaceAddress[];
  /** Set although it may have it: a bridge whose address was never set takes that of a port. */
  readonly mac?: Mac;
  readonly mtu?: number;
  readonly up?: boolean;
  readonly promiscuous?: boolean;
  /** Its own addresses that the kernel drops where it goes down: those of IPv6 (addrconf_ifdown of net/ipv6/addrconf.c). */
  readonly again: readonly InterfaceAddress[];
}

/** What is written down of a borrowed link: how it was before we had it, and all that was ever asked of it since. */
export function remembered(known: Facts, resource: BorrowResource | EnslavedResource | MovedResource): Facts {
  if (resource.kind === 'enslaved') return lentTo(known, resource);
  if (resource.kind === 'moved') return rememberedMoved(known, resource);
  const { addresses, mtu, promiscuous } = resource;
  const asked = known['asked'] as BorrowAsked | undefined;
  const size = mtu ?? asked?.mtu;
  return {
    ...known,
    asked: {
      addresses: [...new Set([...(asked?.addresses ?? []), ...addresses])],
      ...(size !== undefined && { mtu: size }),
      ...((promiscuous || asked?.promiscuous) && { promiscuous: true as const }),
    },
  };
}

interface BorrowAsked extends Facts {
  readonly addresses: readonly InterfaceAddress[];
  readonly mtu?: number;
  readonly promiscuous?: true;
}

/** What was asked of a borrowed link, by what was written down: to be given back when nobody claims it any more. */
export const askedOf = (stack: BorrowResource['in'], link: string, was: Facts): BorrowResource => {
  const { addresses = [], mtu, promiscuous } = (was['asked'] ?? {}) as Partial<BorrowAsked>;
  return { kind: 'borrow', in: stack, link, addresses, ...(mtu !== undefined && { mtu }), ...(promiscuous && { promiscuous }) };
};

/**
 * What makes `to` of a link on which `from` was wanted until now, either of which may be nothing. What was there before we had it
 * (`was`) stays, and what we set is set back.
 */
function lending(now: LinkPast, was: LinkPast, from: BorrowResource | undefined, to: BorrowResource | undefined): Lending {
  const wanted = new Set(to?.addresses ?? []);
  const theirs = new Set(was.addresses);
  const has = new Set(now.addresses);
  const mtu = to?.mtu ?? (from?.mtu === undefined ? undefined : was.mtu);
  // Whoever gave it an address meanwhile counts on it being up.
  const up = to ? true : was.up || now.addresses.some((each) => !theirs.has(each) && !from?.addresses.includes(each) && !isAutomatic(each));
  const falls = !up && now.up;
  // Only what we made so is set back.
  const promiscuous = to?.promiscuous ?? (from?.promiscuous ? was.promiscuous === true : undefined);
  return {
    add: [...wanted].filter((each) => !has.has(each)),
    remove: (from?.addresses ?? []).filter((each) => has.has(each) && !wanted.has(each) && !theirs.has(each)),
    ...(to?.mac !== undefined && (!from || from.mac !== to.mac) && { mac: to.mac }),
    ...(mtu !== undefined && mtu !== now.mtu && { mtu }),
    ...(promiscuous !== undefined && promiscuous !== (now.promiscuous === true) && { promiscuous }),
    ...(up !== now.up && (to !== undefined || !up) && { up }),
    again: falls ? now.addresses.filter((each) => theirs.has(each) && each.includes(':')) : [],
  };
}

// The kernel makes one of these wherever a link is up.
const isAutomatic = (address: InterfaceAddress): boolean => isLinkLocal(splitInterfaceAddress(address).ip);

/** Of how a borrowed link is, what was asked of it: the same as `wanted` where nobody touched that. */
export const lent = (wanted: BorrowResource, { addresses, mtu, up, mac, promiscuous }: LinkPast): BorrowResource => {
  const { down: _, promiscuous: __, ...rest } = wanted;
  return {
    ...rest,
    addresses: wanted.addresses.filter((each) => addresses.includes(each)),
    ...(wanted.mac !== undefined && mac !== undefined && { mac }),
    ...(wanted.mtu !== undefined && { mtu }),
    ...(wanted.promiscuous && promiscuous && { promiscuous }),
    ...(!up && { down: true as const }),
  };
};

/** What an operation on a borrowed link does, where it is like this now. */
export function lendingOf(operation: Operation, now: LinkPast): Lending {
  const [from, to] =
    operation.do === 'create' ? [undefined, operation.resource] : operation.do === 'delete' ? [operation.resource, undefined] : [operation.from, operation.to];
  const was = operation.do === 'create' ? now : ((operation.was ?? now) as LinkPast);
  return lending(now, was, from as BorrowResource | undefined, to as BorrowResource | undefined);
}
