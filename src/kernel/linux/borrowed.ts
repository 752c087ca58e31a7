import { type Lending, lendingOf, type LinkPast } from '../../resource/borrow.js';
import { subject } from '../../resource/order.js';
import type { BorrowResource, Operation } from '../../resource/resource.js';
import { addAddress, addressState, deleteAddress, getAddresses } from './address.js';
import { ENODEV } from './errno.js';
import { SystemError } from './libc.js';
import type { LinkState } from './link/link-state.js';
import { setLink } from './link/set-link.js';
import { findLink, type Machine } from './machine.js';
import { Refusing } from './refusing.js';

/** How somebody else's link is; undefined when there is none of that name. From now on its events are heard. */
export function linkNow(machine: Machine, resource: Pick<BorrowResource, 'in' | 'link'>): LinkPast | undefined {
  const link = findLink(machine, resource.in, resource.link);
  if (!link) return undefined;
  const now = pastOf(machine, resource, link);
  hear(machine, resource, link.index, now);
  return now;
}

/**
 * Makes of it what is wanted, or gives it back as it was. Answers how that is taken back; nothing where it is gone and was to be given
 * back. Throws `Refusing`: what was done of it by then is taken back.
 */
export function lend(machine: Machine, operation: Operation): Operation | undefined {
  const resource = subject(operation) as BorrowResource;
  const link = findLink(machine, resource.in, resource.link);
  if (!link && operation.do !== 'delete') throw new SystemError('ip link show', ENODEV);
  if (!link) return undefined;
  const now = pastOf(machine, resource, link);
  make(machine, operation, link, now, lendingOf(operation, now));
  if (operation.do === 'delete') machine.borrowed.delete(link.index);
  else
    hear(machine, resource, link.index, {
      ...now,
      ...(resource.mtu !== undefined && { mtu: resource.mtu }),
      ...(resource.promiscuous && { promiscuous: true }),
      up: true,
    });
  return inverse(operation, resource, now);
}

function hear({ borrowed }: Machine, { in: stack, link: name }: Pick<BorrowResource, 'in' | 'link'>, index: number, { mtu, up, promiscuous }: LinkPast): void {
  if (stack === 'host') borrowed.set(index, { name, mtu, up, promiscuous: promiscuous === true });
}

function inverse(operation: Operation, resource: BorrowResource, now: LinkPast): Operation {
  switch (operation.do) {
    case 'create':
      return { do: 'delete', resource, was: now };
    case 'delete':
      return { do: 'create', resource };
    case 'change':
      return { do: 'change', from: operation.to, to: operation.from, ...(operation.was && { was: operation.was }) };
  }
}

function make(machine: Machine, operation: Operation, link: LinkState, now: LinkPast, { add, remove, mac, mtu, up, promiscuous, again }: Lending): void {
  const { in: stack } = subject(operation);
  const { index } = link;
  // Addresses of the owner's in the subnet of one that goes stay: they are promoted.
  const promote = remove.some((each) => !each.includes(':')) && !link.promotes;
  const requests = [
    ...add.map((address) => ({ request: addAddress(index, address), back: deleteAddress(index, address) })),
    ...(mac === undefined ? [] : [{ request: setLink(index, { mac }), back: setLink(index, { ...(now.mac && { mac: now.mac }) }) }]),
    ...(mtu === undefined ? [] : [{ request: setLink(index, { mtu }), back: setLink(index, { mtu: now.mtu }) }]),
    ...(promiscuous === undefined ? [] : [{ request: setLink(index, { promiscuous }), back: setLink(index, { promiscuous: !promiscuous }) }]),
    ...(promote ? [{ request: setLink(index, { promotes: true }), back: setLink(index, { promotes: false }) }] : []),
    ...remove.map((address) => ({ request: deleteAddress(index, address), back: addAddress(index, address) })),
    ...(promote ? [{ request: setLink(index, { promotes: false }), back: setLink(index, { promotes: false }) }] : []),
    // Last: a link that goes down has no address of IPv6 left to be taken away.
    ...(up === undefined ? [] : [{ request: setLink(index, { up }), back: setLink(index, { up: now.up }) }]),
  ];
  const { route } = machine.stacks.get(stack);
  for (const [at, { request }] of requests.entries()) {
    const [refusal] = route.transact([request]);
    if (!refusal) continue;
    for (const { back } of requests.slice(0, at).toReversed()) route.transact([back]);
    throw new Refusing(operation, refusal);
  }
  // Where the kernel was told to keep them (keep_addr_on_down) they are there.
  for (const address of again) route.transact([addAddress(index, address)]);
}

function pastOf(machine: Machine, { in: stack }: Pick<BorrowResource, 'in'>, { index, mtu, up, mac, promiscuous }: LinkState): LinkPast {
  const { route } = machine.stacks.get(stack);
  const states = route.dump(getAddresses(index), ({ payload }) => addressState(payload));
  return {
    addresses: states.filter((each) => each.index === index).map(({ address }) => address),
    mtu,
    up,
    ...(mac && { mac }),
    ...(promiscuous && { promiscuous }),
  };
}
