import { FairleadError, failure } from '../base/error.js';
import type { Context } from './context.js';

/** Two tunnels of a stack cannot have one VNI at one port, whatever namespaces they are in: the kernel does not say whose the other one is. */
export async function withTunnel({ kernel }: Pick<Context, 'kernel'>, error: unknown): Promise<unknown> {
  if (!FairleadError.is(error) || error.code !== 'kernel-exists') return error;
  const [, vni, port] = / type vxlan id (\d+) dstport (\d+) /.exec(String(error.values['command'])) ?? [];
  if (vni === undefined || port === undefined) return error;
  const others = (await kernel.surroundings()).links.filter(({ type, ours }) => type === 'vxlan' && !ours);
  if (others.length === 0) return error;
  return failure('vni-foreign', { vni, port, links: others.map(({ name }) => name).join(' or ') }, { cause: error });
}
