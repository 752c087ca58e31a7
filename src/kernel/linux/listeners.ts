import { readFileSync } from 'node:fs';
import type { Stack } from '../../resource/resource.js';
import type { ListenerSeen } from '../../resource/survey.js';
import { parseSockets } from './port-holder.js';
import type { Stacks } from './stacks.js';

// TCP_LISTEN of include/net/tcp_states.h; a socket of UDP that has no peer is in TCP_CLOSE.
const WAITING = { tcp: 10, udp: 7 } as const;

/** What listens in a stack. */
export function listeners(stacks: Stacks, stack: Stack): readonly ListenerSeen[] {
  stacks.enter(stack);
  return (['tcp', 'udp'] as const).flatMap((protocol) =>
    [protocol, `${protocol}6`]
      .flatMap((table) => parseSockets(tableOf(table)))
      .filter(({ state }) => state === WAITING[protocol])
      .map(({ address, port }): ListenerSeen => ({ protocol, address, port })),
  );
}

// A kernel without IPv6 has no table of it.
function tableOf(name: string): string {
  try {
    return readFileSync(`/proc/thread-self/net/${name}`, 'utf8');
  } catch {
    return '';
  }
}
