import { keyOf } from '../../resource/key.js';
import type { AdmissionResource } from '../../resource/resource.js';
import { Errno } from './errno.js';
import type { Undo } from './undo.js';
import type { World } from './world.js';

/** Puts a rule into Docker's chain. ENOENT where there is none, EEXIST where the rule is there. */
export function createAdmission({ docker }: World, instance: string, undo: Undo, resource: AdmissionResource): void {
  const chain = docker.get(resource.family);
  if (!chain) throw new Errno('ENOENT');
  const key = placeOf(instance, resource);
  if (chain.has(key)) throw new Errno('EEXIST');
  undo.put(chain, key, { resource, instance });
}

export function deleteAdmission({ docker }: World, instance: string, undo: Undo, resource: AdmissionResource): void {
  const chain = docker.get(resource.family);
  if (chain) undo.drop(chain, placeOf(instance, resource));
}

/** The rules of an instance. */
export const admissionsOf = ({ docker }: World, instance: string): readonly AdmissionResource[] =>
  [...docker.values()].flatMap((chain) => [...chain.values()].flatMap((each) => (each.instance === instance ? [each.resource] : [])));

const placeOf = (instance: string, resource: AdmissionResource): string => `${instance} ${keyOf(resource)}`;
