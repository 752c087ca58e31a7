import { type FairleadError, failure } from '../base/error.js';
import { wayToKind } from '../resource/link-module.js';
import type { Operation } from '../resource/resource.js';

/** The error for what this kernel does not have. */
export const kernelLacks = (
  command: string,
  errno: string,
  cause: unknown,
  mend = 'it was built without that feature, or its module is not loaded',
): FairleadError => failure('kernel-lacks', { command, errno, mend }, { cause });

/** What EOPNOTSUPP means of this operation where it makes a link: the kernel lacks the kind. A master may lack something too. */
export function linkLacking(operation: Operation): string | undefined {
  const resource = operation.do === 'change' ? operation.to : operation.resource;
  if (operation.do === 'delete' || resource.kind !== 'link' || resource.master !== undefined) return undefined;
  return operation.do === 'create' || operation.from.kind !== 'link' || operation.from.spec.type !== resource.spec.type
    ? wayToKind(resource.spec.type)
    : undefined;
}
