import { SystemError } from '../libc.js';
import type { Stacks } from '../stacks.js';
import { namesOfSysctls, readSysctl, writeSysctl } from '../sysctl.js';

/** What stands below net/FAMILY/conf/LINK and net/FAMILY/neigh/LINK of the host, by `ipv6/conf/accept_ra` and the like. */
export type LinkSettings = Readonly<Record<string, string>>;

const FAMILIES = ['ipv4', 'ipv6'] as const;
const KINDS = ['conf', 'neigh'] as const;
// Said by who routes for groups, and to be read alone.
const TOLD: ReadonlySet<string> = new Set(['mc_forwarding']);
// Whoever sets one for all links (`net.ipv4.ip_forward`) sets it for those to come as well: a link that is as these are follows, also from afar.
const FOR_ALL: ReadonlySet<string> = new Set([
  'ipv4/conf/forwarding',
  ...['forwarding', 'disable_ipv6', 'ignore_routes_with_linkdown'].map((name) => `ipv6/conf/${name}`),
]);
const NAME = /^(ipv[46]\/(?:conf|neigh))\/([a-z]\w*)$/;

/**
 * The settings of a link of the host: the kernel begins with the defaults of the namespace wherever a link arrives (inetdev_init, ipv6_add_dev).
 * One that was never set may have no value (`stable_secret`): it is left out, as is what follows the host.
 */
export function linkSettings(stacks: Stacks, link: string): LinkSettings {
  const found: [string, string][] = [];
  for (const group of FAMILIES.flatMap((family) => KINDS.map((kind) => `${family}/${kind}`)))
    for (const name of namesOfSysctls(stacks, { in: 'host', path: `net/${group}/${link}` })) {
      const value = TOLD.has(name) ? undefined : valueOf(stacks, group, link, name);
      const follows = FOR_ALL.has(`${group}/${name}`) && value === valueOf(stacks, group, 'default', name);
      if (value !== undefined && !follows) found.push([`${group}/${name}`, value]);
    }
  return Object.fromEntries(found);
}

/** Writes those that differ. Answers those that it could not, with why. */
export function restoreSettings(stacks: Stacks, link: string, settings: LinkSettings): readonly string[] {
  // The secret changes how link-local addresses are made, which comes behind it (addrconf_sysctl_stable_secret of net/ipv6/addrconf.c).
  const all = Object.entries(settings).toSorted(([a], [b]) => Number(b.endsWith('secret')) - Number(a.endsWith('secret')) || (a < b ? -1 : 1));
  return all.flatMap(([key, value]) => {
    const [, group, name] = NAME.exec(key) ?? [];
    if (group === undefined || name === undefined || valueOf(stacks, group, link, name) === value) return [];
    try {
      writeSysctl(stacks, { kind: 'sysctl', in: 'host', path: pathOf(group, link, name), value });
      return [];
    } catch (error) {
      if (error instanceof SystemError) return [`${key} ${value} (${error.errnoName})`];
      throw error;
    }
  });
}

function valueOf(stacks: Stacks, group: string, link: string, name: string): string | undefined {
  try {
    return readSysctl(stacks, { in: 'host', path: pathOf(group, link, name) });
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}

const pathOf = (group: string, link: string, name: string): string => `net/${group}/${link}/${name}`;
