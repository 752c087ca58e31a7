import { resolverAddress } from '../../ip/resolver-address.js';
import type { Plan, Stack } from '../../resource/resource.js';
import type { ResolverSockets } from '../kernel.js';
import { openBoundSocket } from './io/bound-socket.js';
import { noDelay } from './io/no-delay.js';
import { libc, SystemError } from './libc.js';
import type { Stacks } from './stacks.js';

/** Those of one stack. */
export interface OpenedSockets extends ResolverSockets {
  readonly stack: Stack;
}

/**
 * Opens what resolvers listen at in namespaces that this plan has just made: this thread is there already, and who serves them need not come for that. Where a
 * program has the port, or no descriptor is left, whoever serves them finds that out in its own way.
 */
export function openResolverSockets(stacks: Stacks, plan: Plan): readonly OpenedSockets[] {
  const made = new Set(plan.flatMap((each) => (each.do === 'create' && each.resource.kind === 'namespace' ? [each.resource.in] : [])));
  if (made.size === 0) return [];
  return plan.flatMap((each) => {
    if (each.do !== 'create' || each.resource.kind !== 'table' || each.resource.skeleton !== 'sandbox' || !made.has(each.resource.in)) return [];
    const { in: stack, resolver } = each.resource;
    try {
      const known = stacks.takeSockets(stack);
      if (known) return [{ stack, ...known }];
      stacks.enter(stack);
      return [{ stack, ...openBoth(resolver) }];
    } catch (error) {
      if (error instanceof SystemError) return [];
      throw error;
    }
  });
}

/** Opens what a resolver listens at in the namespace in which this thread is. */
export function openBoth(port: number): ResolverSockets {
  const udp = openBoundSocket({ type: 'udp', address: resolverAddress, port });
  try {
    return { udp, tcp: noDelay(openBoundSocket({ type: 'tcp', address: resolverAddress, port })) };
  } catch (error) {
    libc.close(udp);
    throw error;
  }
}
