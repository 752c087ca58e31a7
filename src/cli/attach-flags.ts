import type { Command } from 'commander';
import type { AttachAsk } from '../model/asks.js';
import { KIND } from '../model/endpoint-kind.js';
import { parseLinks } from './parse/link.js';
import { collect, pairs } from './parse/pairs.js';
import { wholeNumber } from './parse/whole-number.js';
import { type RateFlags, rateFlags, ratesAsk } from './rate-flags.js';

/** How a sandbox is attached, as flags of `network connect` and `endpoint create`. */
export interface AttachFlags extends RateFlags {
  readonly ip?: readonly string[];
  readonly ip6?: readonly string[];
  readonly linkLocalIp?: readonly string[];
  readonly mac?: string;
  readonly alias?: readonly string[];
  readonly link?: readonly string[];
  readonly ifname?: string;
  readonly kind?: string;
  readonly gwPriority?: string;
  readonly driverOpt?: readonly string[];
  readonly label?: readonly string[];
}

/** What `--link` is for. */
export const LINK = 'another name of somebody on the network, for this sandbox alone; may repeat';

/** Adds the flags that say how a sandbox is attached to a network. */
export const attachFlags = (command: Command): Command =>
  rateFlags(addressFlags(command), 'its sandbox')
    .option('--driver-opt <K=V>', 'an option of the driver; may repeat', collect)
    .option('--label <K=V>', 'a label; may repeat', collect);

const addressFlags = (command: Command): Command =>
  command
    .option('--ip <ADDRESS>', 'its IPv4 address; may repeat, the first is the primary one (default: the next free one)', collect)
    .option('--ip6 <ADDRESS>', 'its IPv6 address; may repeat', collect)
    .option('--link-local-ip <ADDRESS>', 'an address of 169.254.0.0/16 or fe80::/10 besides; may repeat', collect)
    .option('--mac <ADDRESS>', 'its MAC address')
    .option('--alias <NAME>', 'another name on this network; may repeat', collect)
    .option('--link <NAME[:ALIAS]>', LINK, collect)
    .option('--ifname <NAME>', 'name of the interface inside')
    .option('--kind <KIND>', 'tap: a device for a virtual machine (default: a link for programs)')
    .option('--gw-priority <N>', 'the highest of a sandbox is its way out (default: 0)');

/** What those flags ask for. */
export function attachAsk(network: string, flags: AttachFlags, help: string): AttachAsk {
  const priority = wholeNumber('--gw-priority', flags.gwPriority, help);
  const options = pairs('--driver-opt', flags.driverOpt, help);
  const labels = pairs('--label', flags.label, help);
  return {
    network,
    ...(flags.ip && { ip: flags.ip }),
    ...(flags.ip6 && { ip6: flags.ip6 }),
    ...(flags.linkLocalIp && { linkLocalIps: flags.linkLocalIp }),
    ...(flags.mac !== undefined && { mac: flags.mac }),
    ...(flags.alias && { aliases: flags.alias }),
    ...(flags.link && { links: parseLinks(flags.link) }),
    ...(flags.ifname !== undefined && { interfaceName: flags.ifname }),
    ...(priority !== undefined && { gatewayPriority: priority }),
    ...ratesAsk(flags),
    ...(labels && { labels }),
    ...((options || flags.kind !== undefined) && { options: { ...options, ...(flags.kind !== undefined && { [KIND]: flags.kind }) } }),
  };
}

/** One `--network` with the links of the whole command; its own go before those. */
export const withLinks = (ask: AttachAsk, links: readonly string[]): AttachAsk =>
  links.length === 0 ? ask : { ...ask, links: { ...parseLinks(links), ...ask.links } };
