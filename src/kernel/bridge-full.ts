import { type FairleadError, failure } from '../base/error.js';
import type { Operation } from '../resource/resource.js';

/** What EXFULL means of this operation: the bridge has all the ports that the kernel gives one. `undefined` of one that makes no port. */
export function bridgeFull(operation: Operation, cause: unknown): FairleadError | undefined {
  const resource = operation.do === 'change' ? operation.to : operation.resource;
  if (operation.do === 'delete' || resource.kind !== 'link' || !resource.master) return undefined;
  return failure('bridge-full', { bridge: resource.master }, { cause });
}
