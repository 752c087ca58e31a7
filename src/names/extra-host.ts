import { parseIp } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import type { ExtraHost } from './types.js';

/** The word that stands for the addresses at which a sandbox reaches the host (Docker's). */
export const hostGateway = 'host-gateway';

/**
 * Reads an added host as Docker's `--add-host` takes it: `name:address` or `name=address`, IPv6 in brackets or without.
 * `host-gateway` gives each of the addresses at which the host is reached: none, when there are none. `undefined` for what
 * says no name or no address.
 */
export function parseExtraHost(text: string, gateways: readonly Ip[]): readonly ExtraHost[] | undefined {
  const [, name, address = ''] = /^([^\s:=#[\]]+)[:=](.+)$/s.exec(text) ?? [];
  if (name === undefined) return undefined;
  if (address === hostGateway) return gateways.map((ip) => ({ name, ip }));
  const ip = parseIp(address.replace(/^\[(.*)\]$/s, '$1'));
  return ip && [{ name, ip }];
}
