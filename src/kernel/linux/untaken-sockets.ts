import type { Plan, Stack } from '../../resource/resource.js';
import { subject } from '../../resource/order.js';
import type { ResolverSockets } from '../kernel.js';
import { close } from './io/close.js';
import type { OpenedSockets } from './open-resolver-sockets.js';

/** Sockets of resolvers that were opened with their namespaces, until somebody serves them. */
export class UntakenSockets {
  readonly #sockets = new Map<Stack, ResolverSockets>();

  add(opened: readonly OpenedSockets[]): void {
    for (const { stack, udp, tcp } of opened) this.#sockets.set(stack, { udp, tcp });
  }

  /** Those of a stack, which are the caller's from now on. */
  take(stack: Stack): ResolverSockets | undefined {
    const sockets = this.#sockets.get(stack);
    this.#sockets.delete(stack);
    return sockets;
  }

  /** Closes those whose namespaces this plan ends: they would keep them alive. */
  leave(plan: Plan): void {
    if (this.#sockets.size === 0) return;
    for (const operation of plan) {
      const { kind, in: stack } = subject(operation);
      if (kind === 'namespace' && operation.do !== 'create') this.#close(stack);
    }
  }

  close(): void {
    for (const stack of [...this.#sockets.keys()]) this.#close(stack);
  }

  #close(stack: Stack): void {
    const sockets = this.take(stack);
    if (!sockets) return;
    close(sockets.udp);
    close(sockets.tcp);
  }
}
