import { routeOptions } from './endpoint-routes.js';
import { interfaceName, type OptionSpec, type OptionTable, type OptionValues } from './options.js';

/** The name of the link inside the sandbox. */
export const IFNAME = 'com.docker.network.endpoint.ifname';
/** Settings of that link. */
export const SYSCTLS = 'com.docker.network.endpoint.sysctls';

/** A setting of an endpoint's link: `net/ipv4/conf/LINK/log_martians` is 1. */
export interface LinkSetting {
  readonly family: 'ipv4' | 'ipv6' | 'mpls';
  /** `conf` or `neigh`. */
  readonly part: string;
  readonly name: string;
  readonly value: string;
}

const FORM = /^net\.(ipv4|ipv6|mpls)\.([a-z]+)\.(?:IFNAME|ifname)\.([a-z0-9_]+)=(-?\d{1,10})$/;
const WANTED = 'write net.ipv4.conf.IFNAME.log_martians=1, several with commas between; IFNAME stands for the link, values are whole numbers';

/** Reads a list of settings; nothing where it is none, or names one twice. */
export function parseSettings(text: string): readonly LinkSetting[] | undefined {
  const found = new Map<string, LinkSetting>();
  for (const each of text.split(',')) {
    const [, family, part = '', name = '', value = ''] = FORM.exec(each.trim()) ?? [];
    if (family === undefined || found.has(`${family} ${part} ${name}`)) return undefined;
    // As the kernel prints it again.
    found.set(`${family} ${part} ${name}`, { family: family as LinkSetting['family'], part, name, value: String(BigInt(value)) });
  }
  return [...found.values()];
}

const settings: OptionSpec<readonly LinkSetting[]> = {
  fallback: [],
  help: 'settings of the link inside, net.ipv4.conf.IFNAME.log_martians=1 say; several with commas between',
  parse: (text) => {
    const value = parseSettings(text);
    return value ? { value } : { wanted: WANTED };
  },
};

const name = interfaceName('name of the link inside, as ifname gives it');

/** What every endpoint that has a link of its own can be given, whatever the driver. */
export const commonEndpointOptions = {
  [IFNAME]: { ...name, parse: (text: string) => (text === 'lo' ? { wanted: 'choose another name: lo is the loopback link' } : name.parse(text)) },
  [SYSCTLS]: settings,
  ...routeOptions,
} satisfies OptionTable;

/** They, parsed. */
export type CommonEndpointOptions = OptionValues<typeof commonEndpointOptions>;
