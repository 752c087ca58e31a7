import type { Network } from './records.js';

/** The option of every driver that has links: their MTU in bytes. */
export const MTU = 'com.docker.network.driver.mtu';

// IEEE 802.3: what a link has that was given none.
const ETHERNET_MTU = 1500;

/** The MTU of a network's links. */
export const mtuOf = (network: Pick<Network, 'options'> | undefined): number => Number(network?.options[MTU] ?? ETHERNET_MTU);
