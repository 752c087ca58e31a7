import type { Settings } from '../../../resource/enslaved.js';
import type { SysctlResource } from '../../../resource/resource.js';
import { SystemError } from '../libc.js';
import type { Stacks } from '../stacks.js';
import { namesOfSysctls, readSysctl, writeSysctl } from '../sysctl.js';

const FOLDERS: readonly string[] = ['net/ipv4/conf', 'net/ipv6/conf', 'net/ipv4/neigh', 'net/ipv6/neigh'];

/**
 * What is not one link's as it is another's. What makes identifiers depends on the link itself; MTUs are looked after with the link's own; rp_filter is loose
 * meanwhile. A 1 written to forwarding of IPv6 costs other links the routers that they know (addrconf_fixup_forwarding of net/ipv6/addrconf.c).
 */
const ITS_OWN: ReadonlySet<string> = new Set([
  ...['rp_filter', 'mc_forwarding'].map((name) => `net/ipv4/conf ${name}`),
  ...['forwarding', 'mc_forwarding', 'mtu', 'stable_secret', 'addr_gen_mode'].map((name) => `net/ipv6/conf ${name}`),
]);

const HEEDS = 'net/ipv6/conf accept_ra';
const LOOSE = '2'; // RFC 3704 §2.4: by any link

/** How a link behaves, by folder and name of each setting. `forwarding` makes 1 of accept_ra a no; here it is whether routers are heard: 2, or 0. */
export function settingsOf(stacks: Stacks, link: string): Settings {
  const settings: Record<string, string> = {};
  for (const folder of FOLDERS)
    for (const name of namesOfSysctls(stacks, at(`${folder}/${link}`))) {
      const value = ITS_OWN.has(`${folder} ${name}`) ? undefined : unlessRefused(() => readSysctl(stacks, at(`${folder}/${link}/${name}`)));
      if (value !== undefined) settings[`${folder} ${name}`] = value;
    }
  const asked = settings[HEEDS];
  const forwards = readSysctl(stacks, at(`net/ipv6/conf/${link}/forwarding`)) === '1';
  return asked === undefined ? settings : { ...settings, [HEEDS]: asked === '2' || (asked === '1' && !forwards) ? '2' : '0' };
}

/** Has a link behave so: a new bridge has the settings of a new link. What the kernel refuses of them stays as it is. */
export function behave(stacks: Stacks, settings: Settings, link: string): void {
  for (const [setting, value] of Object.entries(settings)) {
    const [folder = '', name = ''] = setting.split(' ');
    unlessRefused(() => set(stacks, `${folder}/${link}/${name}`, value));
  }
}

/** Whether routers were heard, where that is known. */
export const heeding = (was: Settings | undefined): Settings => {
  const heeds = was?.[HEEDS];
  return heeds === undefined ? {} : { [HEEDS]: heeds };
};

/** What of `now` is not as it was. */
export const changedSince = (was: Settings, now: Settings): Settings =>
  Object.fromEntries(Object.entries(now).filter(([setting, value]) => was[setting] !== undefined && was[setting] !== value));

/** While something comes in by one link that goes out by another: packets from where the way back is another's are not dropped. Answers what ends that. */
export function looseReversePath(stacks: Stacks, link: string, as: string | undefined): () => void {
  const pathOf = (name: string) => `net/ipv4/conf/${name}/rp_filter`;
  const was = readSysctl(stacks, at(pathOf(as ?? link)));
  set(stacks, pathOf(link), LOOSE);
  return () => set(stacks, pathOf(link), was);
}

function set(stacks: Stacks, path: string, value: string | undefined): void {
  if (value !== undefined && readSysctl(stacks, at(path)) !== value) writeSysctl(stacks, { ...at(path), value });
}

function unlessRefused<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}

const at = (path: string): SysctlResource => ({ kind: 'sysctl', in: 'host', path, value: '' });
