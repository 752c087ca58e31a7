import type { DoctorView } from '../model/check.js';
import { endsOf, keyOf } from '../resource/key.js';
import { readMovedMark } from '../resource/moved.js';
import { subject } from '../resource/order.js';
import { parentsOf } from '../resource/parents.js';
import type { MovedResource, Operation } from '../resource/resource.js';

/** A link that a sandbox was given and has no more, nor has the host, and who was to have it. */
export interface LostDevice {
  readonly resource: MovedResource;
  readonly object: string;
}

/** Those that nothing of ours brings back: there is no link to be given again. */
export const lostDevices = ({ differences, host, nameOf }: Pick<DoctorView, 'differences' | 'host' | 'nameOf'>): readonly LostDevice[] =>
  differences.flatMap(({ operation, owners }) => {
    const resource = operation.do === 'create' ? operation.resource : undefined;
    if (resource?.kind !== 'moved') return [];
    const isHere = host.links.some(({ name, alias }) => name === resource.link || readMovedMark(alias)?.link === resource.link);
    return isHere ? [] : owners.map((owner) => ({ resource, object: nameOf(owner) }));
  });

/** Whether it says that such a link is missing, or what was to be on it. */
export function isOfLost(lost: readonly LostDevice[], operation: Operation): boolean {
  if (operation.do === 'delete') return false;
  const resource = subject(operation);
  const keys = [keyOf(resource), ...parentsOf(resource)];
  return lost.some((each) => endsOf(each.resource).some((key) => keys.includes(key)));
}
