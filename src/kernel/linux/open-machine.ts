import { existsSync } from 'node:fs';
import { EFD_CLOEXEC, EFD_NONBLOCK, O_CLOEXEC, O_RDONLY } from './constants/socket.js';
import { Doing } from './doing.js';
import { Admissions } from './admissions.js';
import { Ipsec } from './ipsec/ipsec.js';
import { Wireguard } from './wireguard/wireguard.js';
import { Held } from './held.js';
import { lockHost } from './host-lock.js';
import { libc, SystemError } from './libc.js';
import type { Machine } from './machine.js';
import { Namespaces, openNamespace } from './namespaces.js';
import { Netfilter } from './netfilter.js';
import type { Start } from './protocol.js';
import { refused } from './refused.js';
import { LeavingGroup } from './leaving-group.js';
import { LinkKinds } from './link-kinds.js';
import { Uppers } from './uppers.js';
import { SpareNamespace } from './spare-namespace.js';
import { Stacks } from './stacks.js';

const OWN = '/proc/self/ns/net';

// What only root may do is tried here first: whoever is not root is told so, and how else it can be had.
function enterHost(host: string | undefined, run: string): Stacks {
  const namespace = host === undefined ? libc.open(OWN, O_RDONLY | O_CLOEXEC, 0) : openNamespace(host);
  try {
    return new Stacks(run, namespace);
  } catch (error) {
    libc.close(namespace);
    throw error instanceof SystemError ? refused(`nsenter --net=${host ?? OWN}`, { errno: error.errno, reason: error.message }) : error;
  }
}

/** Opens everything, in the host's namespace, and takes the lock of that. Throws `namespace-invalid`, `kernel-denied` and `host-locked`. */
export function openMachine({ host, run, instance }: Start): { readonly machine: Machine; readonly wake: number; close(): void } {
  const stacks = enterHost(host, run);
  const lock = lockHost();
  const netfilter = new Netfilter(stacks, instance.id);
  const spare = new SpareNamespace(stacks, instance.id);
  const held = new Held(stacks);
  const ipsec = new Ipsec(stacks);
  const machine: Machine = {
    instance,
    stacks,
    namespaces: new Namespaces(stacks, spare),
    spare,
    netfilter,
    admissions: new Admissions(stacks, instance, () => netfilter.socket),
    ipsec,
    wireguard: new Wireguard(stacks),
    held,
    doing: new Doing(),
    indexes: new Map(),
    borrowed: new Map(),
    leaving: new LeavingGroup(),
    uppers: new Uppers(),
    kinds: new LinkKinds(stacks),
    enslaved: new Map(),
    inet6Off: new Set(),
    inet6: existsSync('/proc/thread-self/net/if_inet6'),
  };
  const wake = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  const close = (): void => {
    held.close();
    ipsec.close();
    netfilter.close();
    spare.close();
    stacks.close();
    libc.close(lock);
  };
  return { machine, wake, close };
}
