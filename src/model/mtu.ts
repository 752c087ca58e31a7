import { failure } from '../base/error.js';
import { ETHERNET_MTU } from '../ip/ethernet-mtu.js';
import type { Network } from './records.js';

/** The option of every driver that has links: their MTU in bytes. */
export const MTU = 'com.docker.network.driver.mtu';

/** The MTU of a network's links. */
export const mtuOf = (network: Pick<Network, 'options'> | undefined): number => Number(network?.options[MTU] ?? ETHERNET_MTU);

/** Refuses an MTU that is more than the link carries upon which all stand: the kernel answers EINVAL to that. Throws `option-invalid`. */
export function requireCarried(mtu: number | undefined, link: { readonly name: string; readonly mtu: number }): void {
  if (mtu === undefined || mtu <= link.mtu) return;
  const reason = `more than ${link.name} carries, which is ${link.mtu} bytes`;
  throw failure('option-invalid', { option: MTU, value: mtu, reason, mend: 'leave it out, and links have the MTU of their parent' });
}
