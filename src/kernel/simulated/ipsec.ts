import { keyOf } from '../../resource/key.js';
import type { PolicyResource, TransformResource } from '../../resource/resource.js';
import { Errno } from './errno.js';
import type { Undo } from './undo.js';
import type { World } from './world.js';

/** What of IPsec there can be. */
export type IpsecResource = PolicyResource | TransformResource;

export function createIpsec({ ipsec, lacksEsp }: World, undo: Undo, resource: IpsecResource): void {
  if (resource.kind === 'transform' && lacksEsp) throw new Errno('ENOSYS');
  if (ipsec.has(keyOf(resource))) throw new Errno('EEXIST');
  undo.put(ipsec, keyOf(resource), resource);
}

export const deleteIpsec = ({ ipsec }: World, undo: Undo, resource: IpsecResource): void => undo.drop(ipsec, keyOf(resource));
