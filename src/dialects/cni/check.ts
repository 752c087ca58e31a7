import { failure } from '../../base/error.js';
import { isLinkless } from '../../model/linkless.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import type { FindingCode } from '../../model/doctor-codes.js';
import type { CniResult } from '../../cni/wire/result.js';
import { findNetwork } from './ensure-network.js';
import { tellIpam } from './ipam-plugin.js';
import { endpointFor } from './labels.js';
import { misconfigured, nameOf } from './read-wish.js';
import { isSameNamespace } from './same-namespace.js';
import type { AskedOf, CniService } from './service.js';

// By which a container has not what it was given. That its network is full, say, is nothing that it lacks.
const LACKS: ReadonlySet<string> = new Set([
  ...(['missing', 'changed', 'taken', 'half-done', 'unrealized'] as const),
  ...(['namespace-lost', 'endpoint-lost', 'device-lost', 'parent-lost', 'lease-lost'] as const),
] satisfies FindingCode[]);

/** Whether a container still has what ADD answered: compared with the records, and these with the kernel. Throws `endpoint-absent` and `cni-check-failed`. */
export async function check({ fairlead }: CniService, asked: AskedOf): Promise<void> {
  const { input, about } = asked;
  const name = nameOf(input);
  if (!input.previous) throw misconfigured(name, 'CHECK is told what ADD answered, and prevResult is missing', 'hand the result of ADD back');
  await tellIpam(asked);
  const network = await findNetwork(fairlead, name);
  const endpoint = network && endpointFor(await fairlead.endpoints.list(), network, about);
  if (!network || !endpoint) throw failure('endpoint-absent', { ref: `${name}/${about.containerId}.${about.ifName}` });
  const sandbox = endpoint.sandbox === undefined ? undefined : await fairlead.sandboxes.get(endpoint.sandbox);
  const trouble =
    missing(input.previous, isLinkless(network) ? { ...endpoint, link: undefined } : endpoint) ??
    (sandbox?.state === 'active' ? misplaced(sandbox, about.netns) : 'its sandbox is not there');
  if (trouble !== undefined) throw failed(about.containerId, trouble, 'DEL and ADD make it anew');
  const own = new Set([`endpoint/${network.name}/${endpoint.name}`, `network/${network.name}`, `sandbox/${sandbox?.name}`]);
  const [found] = (await fairlead.doctor({ of: `endpoint/${endpoint.id}` })).filter(
    ({ code, object, mended }) => own.has(object) && !mended && LACKS.has(code),
  );
  if (found) throw failed(about.containerId, found.problem, found.mend);
}

// A namespace of the runtime's that is another by now has nothing of what is kept in the one before.
function misplaced({ adopted, key }: Sandbox, netns: string | undefined): string | undefined {
  if (adopted === undefined || netns === undefined || isSameNamespace(key, netns) !== false) return undefined;
  return `the namespace at ${netns} is not the one that it was added to`;
}

const failed = (container: string, problem: string, mend: string) => failure('cni-check-failed', { container, problem, mend });

// Later plugins add to a result, and take nothing that is ours.
function missing(
  { interfaces, ips }: CniResult,
  { link, leases }: Pick<Endpoint, 'leases'> & { readonly link?: Endpoint['link'] | undefined },
): string | undefined {
  const index = interfaces.findIndex(({ name, sandbox }) => sandbox !== undefined && name === link?.inside);
  if (link && index < 0) return `interface ${link.inside} is none of its result`;
  const said = new Set(ips.map(({ address }) => address));
  const lost = leases.find(({ address }) => !said.has(address));
  return lost && `address ${lost.address} is none of its result`;
}
