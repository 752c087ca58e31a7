import { addressState, getAddresses } from './address.js';
import { IFA_F_NODAD, IFA_F_TENTATIVE } from './constants/address.js';
import type { Machine } from './machine.js';
import { u8 } from './netlink/reader.js';
import { awaitAll } from './settle.js';

const PATIENCE = 500;

/**
 * Waits until the addresses of a link of the host's are ready, half a second at most: one answers, and routes can begin at it, once its work for duplicate address
 * detection has run, though there is none (addrconf_dad_work of net/ipv6/addrconf.c). Where there is some nobody waits.
 */
export function awaitAddresses(machine: Machine, index: number): void {
  const { route } = machine.stacks.host;
  const isReady = () =>
    route.dump(getAddresses(index), (message) => (addressState(message.payload)?.index === index && isTentative(message.payload)) || undefined).length === 0;
  awaitAll(machine, 'host', [isReady], performance.now() + PATIENCE);
}

const isTentative = (payload: Uint8Array): boolean => (u8(payload, 2) & IFA_F_TENTATIVE) !== 0 && (u8(payload, 2) & IFA_F_NODAD) !== 0;
