import type { Ip } from '../ip/types.js';
import { HOST_GATEWAY, type Sandbox } from '../model/records.js';
import type { ExtraHost } from './types.js';

/** The names that the user gave addresses in a sandbox; `host-gateway` is each address at which it reaches its host, and none if it has none. */
export const extraHosts = ({ dns }: Sandbox, gateways: readonly Ip[]): readonly ExtraHost[] =>
  dns.hosts.flatMap(({ name, ip }) => (ip === HOST_GATEWAY ? gateways.map((each) => ({ name, ip: each })) : [{ name, ip }]));
