import type { LinkResource } from '../../../resource/resource.js';
import type { Request } from '../request.js';
import { addLink, type Placement } from './add-link.js';

/** `ip link add NAME type ifb|dummy|wireguard` */
export const addPlain = (link: LinkResource, placement: Placement): Request => addLink(link, placement, link.spec.type);
