import type { ServerAsked } from '../model/check.js';
import type { Sandbox } from '../model/records.js';
import type { Stack } from '../resource/resource.js';
import { answers } from '../names/ask-server.js';
import type { Upstream } from '../names/types.js';
import type { Context } from './context.js';
import { describeResolving } from './describe-names.js';

/** How long an answer is waited for, in milliseconds: a resolver of libc waits for five seconds, and a person is waiting here. */
const PATIENCE = 1500;
// Sandboxes by the thousand may have servers of their own; these many are asked.
const MOST = 64;

interface Asked {
  readonly stack: Stack;
  readonly upstream: Upstream;
  readonly sandbox?: Sandbox;
}

/**
 * The name servers on which these sandboxes depend and that give no answer. Each is asked once from each stack, and none where no
 * sandbox has ever asked for a name of the outside: who has no way out misses nothing.
 */
export async function silentServers(context: Context, sandboxes: readonly Sandbox[]): Promise<readonly ServerAsked[]> {
  if (!(await isUsed(context))) return [];
  const asked = [...servers(context, sandboxes)].slice(0, MOST);
  const answered = await Promise.all(asked.map(({ stack, upstream }) => answers(context.kernel, stack, upstream, PATIENCE).catch(() => true)));
  return asked.filter((_, index) => !answered[index]).map(({ upstream: { server }, sandbox }) => ({ server, ...(sandbox && { sandbox }) }));
}

async function isUsed({ names }: Context): Promise<boolean> {
  try {
    return (await names.stats()).forwarded > 0;
  } catch {
    return false; // a resolver that has ended asks nobody
  }
}

function* servers(context: Context, sandboxes: readonly Sandbox[]): Generator<Asked> {
  const seen = new Set<string>();
  for (const sandbox of sandboxes) {
    for (const upstream of describeResolving(context, sandbox)?.upstreams ?? []) {
      const own = upstream.from === 'sandbox';
      const stack = own ? sandbox.stack : 'host';
      const key = `${stack} ${upstream.server} ${upstream.port}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield { stack, upstream, ...(own && { sandbox }) };
    }
  }
}
