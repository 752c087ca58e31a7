import { existsSync } from 'node:fs';
import { EFD_CLOEXEC, EFD_NONBLOCK, O_CLOEXEC, O_RDONLY } from './constants/socket.js';
import { Held } from './held.js';
import { lockHost } from './host-lock.js';
import { libc } from './libc.js';
import type { Machine } from './machine.js';
import { Namespaces, openNamespace } from './namespaces.js';
import { Netfilter } from './netfilter.js';
import type { Start } from './protocol.js';
import { Stacks } from './stacks.js';

/** Opens everything, in the host's namespace, and takes the lock of that. Throws `namespace-invalid` and `host-locked`. */
export function openMachine({ host, run, instance }: Start): { readonly machine: Machine; readonly wake: number; close(): void } {
  const stacks = new Stacks(run, host === undefined ? libc.open('/proc/self/ns/net', O_RDONLY | O_CLOEXEC, 0) : openNamespace(host));
  const lock = lockHost();
  const netfilter = new Netfilter(stacks, instance.id);
  const held = new Held(stacks);
  const machine: Machine = {
    instance,
    stacks,
    namespaces: new Namespaces(stacks),
    netfilter,
    held,
    indexes: new Map(),
    inet6: existsSync('/proc/thread-self/net/if_inet6'),
  };
  const wake = libc.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  const close = (): void => {
    held.close();
    netfilter.close();
    stacks.close();
    libc.close(lock);
  };
  return { machine, wake, close };
}
