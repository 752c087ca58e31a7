import { failure } from '../../base/error.js';
import { familyOf } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import { parseSettings, SYSCTLS } from '../../model/endpoint-options.js';
import type { Network, Strings } from '../../model/records.js';

/** Refuses a link without IPv6 where it is given addresses of that: the kernel would take none of them, nor routes. Throws `option-invalid`. */
export function refuseInet6Off({ name, pools }: Network, options: Strings, linkLocals: readonly Ip[]): void {
  const value = options[SYSCTLS];
  if (value === undefined) return;
  // Any number but 0 turns it off (addrconf_disable_ipv6 of net/ipv6/addrconf.c).
  const off = parseSettings(value)?.some((each) => each.family === 'ipv6' && each.name === 'disable_ipv6' && each.value !== '0');
  if (!off) return;
  const own = linkLocals.find((ip) => familyOf(ip) === 6);
  if (own === undefined && !pools.some(({ family }) => family === 6)) return;
  const reason = `for links without addresses of IPv6, and ${own === undefined ? `network "${name}" gives it one` : `it is given ${own}`}`;
  throw failure('option-invalid', { option: SYSCTLS, value, reason, mend: 'leave disable_ipv6 out, or join a network of IPv4 alone' });
}
