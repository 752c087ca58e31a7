import { type FairleadError, failure } from '../base/error.js';
import { familyOf } from '../ip/ip.js';
import { wayToEsp } from '../resource/ipsec.js';
import { wayToKind } from '../resource/link-module.js';
import type { Operation } from '../resource/resource.js';

/** The error for what this kernel does not have. */
export const kernelLacks = (
  command: string,
  errno: string,
  cause: unknown,
  mend = 'it was built without that feature, or its module is not loaded',
): FairleadError => failure('kernel-lacks', { command, errno, mend }, { cause });

const WAY_TO_VLANS = 'a kernel built without CONFIG_BRIDGE_VLAN_FILTERING has no VLANs of bridges: a bridge a VLAN does it there, -o parent=eth1.50';

/** What EOPNOTSUPP means of this operation where it makes a link: the kernel lacks the kind. A master may lack something too. Of a transform, ENOSYS or EPROTONOSUPPORT. */
export function linkLacking(operation: Operation): string | undefined {
  const resource = operation.do === 'change' ? operation.to : operation.resource;
  if (resource.kind === 'transform') return wayToEsp(familyOf(resource.to));
  if (operation.do !== 'delete' && resource.kind === 'link' && resource.vlans !== undefined) return WAY_TO_VLANS;
  if (operation.do === 'delete' || resource.kind !== 'link' || resource.master !== undefined) return undefined;
  return operation.do === 'create' || operation.from.kind !== 'link' || operation.from.spec.type !== resource.spec.type
    ? wayToKind(resource.spec.type)
    : undefined;
}
