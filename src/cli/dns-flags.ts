import type { Command } from 'commander';
import type { DnsAsk, DnsChange, HostAsk } from '../model/asks.js';
import { collect } from './parse/pairs.js';
import { usage } from './usage.js';

/** What the flags of names say. */
export interface DnsFlags {
  readonly dns?: readonly string[];
  readonly dnsSearch?: readonly string[];
  readonly dnsOption?: readonly string[];
  readonly dnsOpt?: readonly string[];
  readonly addHost?: readonly string[];
}

/** Adds the flags of names, as `docker run` has them. */
export const dnsFlags = (command: Command): Command =>
  command
    .option('--dns <IP>', "a name server, asked from the sandbox; may repeat (default: the host's)", collect)
    .option('--dns-search <DOMAIN>', "where short names are looked up, '.' for nowhere; may repeat (default: the host's)", collect)
    .option('--dns-option <OPTION>', "an option of resolv.conf, such as ndots:2; may repeat (default: the host's)", collect)
    .addOption(command.createOption('--dns-opt <OPTION>', 'the same').argParser(collect).hideHelp())
    .option('--add-host <NAME:IP>', "a name of its own; 'host-gateway' for IP means this host; may repeat", collect);

/** What they ask for; nothing where none was given. */
export function dnsAsk({ dns, dnsSearch, dnsOption = [], dnsOpt = [], addHost }: DnsFlags, help: string): DnsAsk | undefined {
  const options = [...dnsOption, ...dnsOpt];
  const ask: DnsAsk = {
    ...(dns && { servers: dns }),
    ...(dnsSearch && { search: dnsSearch }),
    ...(options.length > 0 && { options }),
    ...(addHost && { hosts: addHost.map((text) => parseHost('--add-host', text, help)) }),
  };
  return Object.keys(ask).length > 0 ? ask : undefined;
}

// Docker takes NAME:IP and NAME=IP, and an IPv6 address with or without brackets.
function parseHost(option: string, text: string, help: string): HostAsk {
  const [, name, address] = /^([^:=]+)[:=]\[?([^[\]]+)\]?$/.exec(text) ?? [];
  if (name !== undefined && address !== undefined) return { name, address };
  throw usage(`${option}: "${text}" is not NAME:IP`, help);
}

/** What the flags of names say on a living sandbox. */
export interface DnsChangeFlags extends Omit<DnsFlags, 'addHost'> {
  readonly hostAdd?: readonly string[];
  readonly hostRm?: readonly string[];
}

/** Adds the flags that change names. */
export const dnsChangeFlags = (command: Command): Command =>
  command
    .option('--dns <IP>', `ask this name server instead; may repeat ('${HOSTS}': the host's)`, collect)
    .option('--dns-search <DOMAIN>', `look short names up there instead; may repeat ('${HOSTS}': as the host)`, collect)
    .option('--dns-option <OPTION>', `options of resolv.conf instead; may repeat ('${HOSTS}': the host's)`, collect)
    .addOption(command.createOption('--dns-opt <OPTION>', 'the same').argParser(collect).hideHelp())
    .option('--host-add <NAME:IP>', 'give a name an address, in it alone; may repeat', collect)
    .option('--host-rm <NAME>', 'take one away; may repeat', collect);

/** What they ask for; nothing where none was given. */
export function dnsChange({ dns, dnsSearch, dnsOption = [], dnsOpt = [], hostAdd, hostRm }: DnsChangeFlags, help: string): DnsChange | undefined {
  const options = [...dnsOption, ...dnsOpt];
  const hosts = (hostAdd ?? hostRm) && {
    ...(hostAdd && { add: hostAdd.map((text) => parseHost('--host-add', text, help)) }),
    ...(hostRm && { remove: hostRm }),
  };
  const change: DnsChange = {
    ...(dns && { servers: orHosts('--dns', dns, help) }),
    ...(dnsSearch && { search: orHosts('--dns-search', dnsSearch, help) }),
    ...(options.length > 0 && { options: orHosts('--dns-option', options, help) }),
    ...(hosts && { hosts }),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

// The word that takes a setting back.
const HOSTS = 'default';

function orHosts(option: string, texts: readonly string[], help: string): readonly string[] | null {
  if (!texts.includes(HOSTS)) return texts;
  if (texts.length === 1) return null;
  throw usage(`${option}: '${HOSTS}' stands alone`, help);
}
