import { type FairleadError, failure } from '../base/error.js';

/** What the kernel's refusal to make a port of a link says of that link; undefined for refusals that say something else. */
export function parentUnfit(parent: string, errno: string, cause: unknown): FairleadError | undefined {
  const unfit = (reason: string, mend: string) => failure('parent-unfit', { parent, reason, mend }, { cause });
  // netdev_rx_handler_register of net/core/dev.c: one taker a link.
  if (errno === 'EBUSY') return unfit('macvlan, ipvlan, a bond or a bridge takes its packets already (EBUSY)', 'choose another link, or a VLAN of it: NAME.ID');
  // IFF_DONT_BRIDGE in br_add_if of net/bridge/br_if.c: a wireless station without 4addr, for one.
  if (errno === 'EOPNOTSUPP')
    return unfit('this kernel makes no port of such a link (EOPNOTSUPP), of a wireless one for instance', 'choose a link with a cable');
  return undefined;
}

/** The link that is to be a port is gone: with its hardware, its driver, or because somebody deleted it. */
export const parentGone = (parent: string): FairleadError => failure('parent-absent', { parent, mend: 'plug it in, or make it again' });
