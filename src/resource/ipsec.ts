import { subject } from './order.js';
import type { Operation, PolicyResource, TransformResource } from './resource.js';

/** By what policies find their transforms, and by what both are known as ours; nobody else is likely to have chosen these. */
export const REQID = { out: 0x0fa1_1ead, in: 0x0fa1_1eae } as const;

/** Bits of the tag that ESP ends with: all of GCM's (RFC 4106 §6). */
export const TAG_BITS = 128;

/** How many packets may come late; the numbers of packets have 64 bits (RFC 4303 §2.2.1). */
export const REPLAY_WINDOW = 1024;

/** The cipher, as the kernel calls it. */
export const CIPHER = 'rfc4106(gcm(aes))';

/** What makes or removes it, as a person would type it. Keys are not told: who types it has to know one. */
export function ipsecCommand(verb: 'add' | 'delete', resource: PolicyResource | TransformResource): string {
  if (resource.kind === 'policy') {
    const { family, direction, port } = resource;
    const any = family === 6 ? '::/0' : '0.0.0.0/0';
    const what = `src ${any} dst ${any} proto udp dport ${port} dir ${direction}`;
    return `ip xfrm policy ${verb} ${what}${verb === 'add' ? ` tmpl proto esp mode transport reqid ${REQID[direction]}` : ''}`;
  }
  const { direction, from, to, spi } = resource;
  const what = `src ${from} dst ${to} proto esp spi 0x${spi.toString(16).padStart(8, '0')}`;
  if (verb === 'delete') return `ip xfrm state delete ${what}`;
  return `ip xfrm state add ${what} reqid ${REQID[direction]} mode transport flag esn replay-window ${REPLAY_WINDOW} aead '${CIPHER}' "$KEY" ${TAG_BITS}`;
}

/** Whether this would make a transform with a key that may have been used: its owner makes another. */
export const isSpent = (operation: Operation): boolean => operation.do !== 'delete' && subject(operation).kind === 'transform';

/** What to do where a kernel has no ESP. Source: net/ipv4/Kconfig, net/ipv6/Kconfig. */
export const wayToEsp = (family: 4 | 6): string =>
  `load its modules: modprobe -a esp${family} gcm seqiv; a kernel built without ${family === 4 ? 'CONFIG_INET_ESP' : 'CONFIG_INET6_ESP'} encrypts nothing`;
