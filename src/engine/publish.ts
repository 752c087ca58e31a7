import { FairleadError } from '../base/error.js';
import type { PortRange } from '../model/asks.js';
import type { PublishedPort, Sandbox } from '../model/records.js';
import type { Context } from './context.js';
import type { PortWish } from './parse/ports.js';
import { placePorts } from './place-ports.js';
import { anotherPort, isRefused, type PortFlag, refusal } from './port-mend.js';

/** Which ports a sandbox is to have besides those that it keeps. */
export interface PortChange {
  readonly wishes: readonly PortWish[];
  /** Those that go. */
  readonly removed: readonly PublishedPort[];
  /** How the user asks for them. */
  readonly flag: PortFlag;
}

/**
 * Takes ports for a sandbox and applies what follows from them. What another program has, the kernel knows alone: where the choice
 * was ours, the next port is tried.
 *
 *     take ──► apply ──► kept        │ port-taken, and another will do
 *       ▲                            │
 *       └────────────────────────────┘
 *
 * The sandbox with its ports is in memory while `apply` runs; what it answers takes both back. Throws `port-taken`,
 * `port-claimed`, `ports-exhausted` and what `apply` throws.
 */
export async function publish(
  context: Context,
  before: Sandbox,
  { wishes: asked, removed, flag }: PortChange,
  apply: (sandbox: Sandbox) => Promise<() => Promise<void>>,
): Promise<{ readonly sandbox: Sandbox; readonly undo: () => Promise<void>; readonly keep: () => void }> {
  const { ports: authority, records } = context;
  const { wishes, routed } = placePorts(context, before, asked);
  const free = wishes.some(({ from }) => !from) ? await freePorts(context) : FALLBACK;
  const refused = new Set<string>();
  const gone = new Set(removed);
  for (;;) {
    const taken = authority.take({ sandbox: before.id, wishes, free, replaced: removed, flag, refused });
    const sandbox: Sandbox = { ...before, ports: [...before.ports.filter((port) => !gone.has(port)), ...taken.ports, ...routed] };
    const back = () => {
      records.sandboxes.put(before);
      taken.back();
    };
    records.sandboxes.put(sandbox);
    try {
      const undo = await apply(sandbox);
      return { sandbox, keep: taken.keep, undo: () => undo().finally(back) };
    } catch (error) {
      back();
      const port = anotherWillDo(error, wishes);
      if (port === undefined) throw withWayOut(context, error, { wishes, removed, flag });
      refused.add(port);
    }
  }
}

// The kernel's refusal of a port, with the way out for the one that the user asked for.
function withWayOut({ ports }: Context, error: unknown, { wishes, flag }: PortChange): unknown {
  for (const wish of wishes) {
    const port = wish.from?.first ?? 0;
    const named = wish.ips.some((ip) => isRefused(error, { protocol: wish.protocol, ip, port }));
    if (named)
      return refusal(
        error,
        anotherPort(flag, wish, () => ports.other(wish, port, { wishes })),
      );
  }
  return error;
}

// Where the kernel gives out ports by itself (net.ipv4.ip_local_port_range), as Docker does.
const FALLBACK: PortRange = { first: 32_768, last: 60_999 };

async function freePorts({ kernel }: Context): Promise<PortRange> {
  const [now] = await kernel.was([{ kind: 'sysctl', in: 'host', path: 'net/ipv4/ip_local_port_range', value: '' }]);
  const [first = 0, last = 0] = String(now?.['value'] ?? '')
    .split(/\s+/)
    .map(Number);
  return first > 0 && first <= last ? { first, last } : FALLBACK;
}

// What was refused, where no wish names that very port.
function anotherWillDo(error: unknown, wishes: readonly PortWish[]): string | undefined {
  if (!FairleadError.is(error) || error.code !== 'port-taken') return undefined;
  const { protocol = '', port = 0 } = error.values;
  const among = wishes.filter((wish) => wish.protocol === protocol && (!wish.from || (wish.from.first <= Number(port) && Number(port) <= wish.from.last)));
  const named = among.some(({ from }) => from?.first === from?.last && from !== undefined);
  return named || among.length === 0 ? undefined : `${protocol} ${port}`;
}
