import { ETHERNET_MTU } from '../ip/ethernet-mtu.js';
import type { Network } from './records.js';

/** The option of every driver that has links: their MTU in bytes. */
export const MTU = 'com.docker.network.driver.mtu';

/** The MTU of a network's links. */
export const mtuOf = (network: Pick<Network, 'options'> | undefined): number => Number(network?.options[MTU] ?? ETHERNET_MTU);
