import type { Facts } from '../../base/json.js';
import type { FunctionsResource, Operation } from '../../resource/resource.js';
import { functionsOf, showFunctions } from './hardware.js';
import { EIO, ENODEV, numberOfErrno } from './errno.js';
import { SystemError } from './libc.js';
import { findLink, type Machine } from './machine.js';

/** How many virtual functions a link's hardware shows; nothing where it could show none. */
export function functionsNow(machine: Machine, { link }: FunctionsResource): (Facts & { readonly count: number }) | undefined {
  const device = findLink(machine, 'host', link)?.device;
  const seen = device === undefined ? undefined : functionsOf(device);
  return seen && { count: seen.count };
}

/** Has it show as many as it is to, or as it did before; answers what takes that back. */
export function changeFunctions(machine: Machine, operation: Operation, resource: FunctionsResource): Operation | undefined {
  const now = functionsNow(machine, resource);
  const count = operation.do === 'delete' ? operation.was?.['count'] : resource.count;
  if (now === undefined || typeof count !== 'number' || count === now.count) return undefined;
  show(machine, resource, count);
  return { do: 'create', resource: { ...resource, count: now.count } };
}

// By none: the kernel goes no other way (sriov_numvfs_store of drivers/pci/iov.c).
function show(machine: Machine, { link }: FunctionsResource, count: number): void {
  const device = findLink(machine, 'host', link)?.device;
  if (device === undefined) throw new SystemError('sriov_numvfs', ENODEV);
  try {
    if ((functionsOf(device)?.count ?? 0) > 0) showFunctions(device, 0);
    if (count > 0) showFunctions(device, count);
  } catch (error) {
    throw new SystemError('sriov_numvfs', numberOfErrno((error as NodeJS.ErrnoException).code ?? '') ?? EIO);
  }
}
