import { splitInterfaceAddress } from '../ip/interface-address.js';
import { isLoopback, isUnspecified } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import type { Survey } from '../resource/survey.js';

/** Whether the host has this address, or it stands for all of them. */
export const isHosts = ({ links }: Survey, ip: Ip): boolean =>
  isUnspecified(ip) || isLoopback(ip) || links.some(({ addresses }) => addresses.some((each) => splitInterfaceAddress(each).ip === ip));
