import { FairleadError, failure } from '../base/error.js';
import type { Kernel } from '../kernel/kernel.js';

/**
 * Two tunnels of a stack cannot have one VNI at one port, whatever namespaces they are in: the kernel does not say whose the other one is.
 * One that is in another namespace is not seen; then the error is as it was.
 */
export async function withTunnel({ kernel }: { readonly kernel: Pick<Kernel, 'surroundings'> }, error: unknown): Promise<unknown> {
  if (!FairleadError.is(error) || error.code !== 'kernel-exists') return error;
  const [, vni, port] = / type vxlan id (\d+) dstport (\d+) /.exec(String(error.values['command'])) ?? [];
  if (vni === undefined || port === undefined) return error;
  const others = (await kernel.surroundings()).links.filter(({ segment, ours }) => !ours && segment?.vni === Number(vni) && segment.port === Number(port));
  if (others.length === 0) return error;
  return failure('vni-foreign', { vni, port, links: others.map(({ name }) => name).join(' or ') }, { cause: error });
}
