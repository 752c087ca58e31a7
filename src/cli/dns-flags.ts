import type { Command } from 'commander';
import type { DnsAsk, HostAsk } from '../model/asks.js';
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
    ...(addHost && { hosts: addHost.map((text) => parseHost(text, help)) }),
  };
  return Object.keys(ask).length > 0 ? ask : undefined;
}

// Docker takes NAME:IP and NAME=IP, and an IPv6 address with or without brackets.
function parseHost(text: string, help: string): HostAsk {
  const [, name, address] = /^([^:=]+)[:=]\[?([^[\]]+)\]?$/.exec(text) ?? [];
  if (name !== undefined && address !== undefined) return { name, address };
  throw usage(`--add-host: "${text}" is not NAME:IP`, help);
}
