import type { SysctlResource } from '../../../resource/resource.js';
import { readSysctl, writeSysctl } from '../sysctl.js';
import type { Stacks } from '../stacks.js';

// What of a link's behaviour the host's administrator may have set, and what decides on what IPv6 makes by itself.
const ALIKE: readonly string[] = [
  ...['arp_accept', 'arp_announce', 'arp_filter', 'arp_ignore', 'proxy_arp', 'accept_redirects', 'secure_redirects', 'send_redirects', 'src_valid_mark'].map(
    (name) => `ipv4 ${name}`,
  ),
  ...[
    'disable_ipv6',
    'autoconf',
    'use_tempaddr',
    'accept_ra_defrtr',
    'accept_ra_pinfo',
    'accept_ra_rtr_pref',
    'accept_ra_rt_info_max_plen',
    'accept_redirects',
  ].map((name) => `ipv6 ${name}`),
];

const LOOSE = '2'; // RFC 3704 §2.4: by any link

/** Has one link behave as another does: a new bridge has the settings of a new link. `forwarding` makes 1 of accept_ra a no; the link's own answer is kept. */
export function behaveAlike(stacks: Stacks, from: string, to: string): void {
  for (const each of ALIKE) {
    const [family = '', name = ''] = each.split(' ');
    set(stacks, pathOf(family, to, name), readSysctl(stacks, at(pathOf(family, from, name))));
  }
  const asked = readSysctl(stacks, at(pathOf('ipv6', from, 'accept_ra')));
  const forwards = readSysctl(stacks, at(pathOf('ipv6', from, 'forwarding'))) === '1';
  if (asked !== undefined) set(stacks, pathOf('ipv6', to, 'accept_ra'), asked === '2' || (asked === '1' && !forwards) ? '2' : '0');
}

/** While something comes in by one link that goes out by another: packets from where the way back is another's are not dropped. Answers what ends that. */
export function looseReversePath(stacks: Stacks, link: string, as: string | undefined): () => void {
  const path = pathOf('ipv4', link, 'rp_filter');
  const was = readSysctl(stacks, at(as === undefined ? path : pathOf('ipv4', as, 'rp_filter')));
  set(stacks, path, LOOSE);
  return () => set(stacks, path, was);
}

function set(stacks: Stacks, path: string, value: string | undefined): void {
  if (value !== undefined && readSysctl(stacks, at(path)) !== value) writeSysctl(stacks, { ...at(path), value });
}

const pathOf = (family: string, link: string, name: string): string => `net/${family}/conf/${link}/${name}`;
const at = (path: string): SysctlResource => ({ kind: 'sysctl', in: 'host', path, value: '' });
