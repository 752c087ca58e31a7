import type { Ip } from '../ip/types.js';
import type { Pool } from './records.js';

/** Where sandboxes of a subnet send what is for elsewhere: the aux address that Docker reserves for it, or the network's own address. */
export const defaultGateway = ({ family, aux, gateway }: Pool): Ip | undefined => aux[`DefaultGatewayIPv${family}`] ?? gateway;
