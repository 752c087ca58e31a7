import type { InterfaceAddress, Ip, Prefix } from '../../ip/types.js';

/** An interface that a plugin made or changed. */
export interface CniInterface {
  readonly name: string;
  /** Octets in hexadecimal with colons: six, or the twenty of InfiniBand. */
  readonly mac?: string;
  readonly mtu?: number;
  /** The path of the namespace it is in; none of those on the host. */
  readonly sandbox?: string;
  readonly socketPath?: string;
  readonly pciID?: string;
}

/** An address that an interface was given. */
export interface CniIp {
  readonly address: InterfaceAddress;
  readonly gateway?: Ip;
  /** Which of the interfaces has it. A plugin that only gives addresses says none. */
  readonly interface?: number;
}

/** A route of the sandbox. */
export interface CniRoute {
  readonly dst: Prefix;
  readonly gw?: Ip;
  readonly mtu?: number;
  readonly advmss?: number;
  readonly priority?: number;
  readonly table?: number;
  readonly scope?: number;
}

/** How the sandbox is to look names up. */
export interface CniDns {
  readonly nameservers: readonly string[];
  readonly domain?: string;
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** What ADD made, whatever the version in which it was said. */
export interface CniResult {
  readonly interfaces: readonly CniInterface[];
  readonly ips: readonly CniIp[];
  readonly routes: readonly CniRoute[];
  readonly dns: CniDns;
}

/** Nothing yet. */
export const emptyResult: CniResult = { interfaces: [], ips: [], routes: [], dns: { nameservers: [], search: [], options: [] } };
