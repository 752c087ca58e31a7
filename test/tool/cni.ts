import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeOf } from '../../scripts/lib/peers.mjs';
import { type Outcome, outcome } from './command-line.js';
import { debian } from './debian.js';
import type { HostNamespace } from './host-namespace.js';

const bin = fileURLToPath(new URL('../../bin/fairlead', import.meta.url));

/** Where Debian's plugins of CNI are. */
export const debianPlugins = join(placeOf('containernetworking-plugins'), 'usr/lib/cni');

/** The plugin of ours, as the build makes it. */
export const fairleadPlugin = fileURLToPath(new URL('../../dist/cni/fairlead', import.meta.url));

/** What plugins and their networks have on a host of a test: directories of its own, and Debian's tools. */
export interface CniPlace {
  readonly env: NodeJS.ProcessEnv;
  /** Where networks are configured. */
  readonly networks: string;
  /** Where host-local keeps what it gave. */
  readonly leases: string;
  /** Where runtimes keep what they added. */
  readonly cache: string;
  /** Configures a network. */
  write(name: string, config: object): void;
  /** Runs `fairlead cni` on the host. */
  cni(...words: readonly string[]): Promise<Outcome>;
}

/** Makes it below the host's own directory. */
export function cniPlace({ path, run }: HostNamespace): CniPlace {
  const [networks, leases, cache] = ['net.d', 'leases', 'cache'].map((name) => join(run, name)) as [string, string, string];
  mkdirSync(networks);
  const env = { ...withIptables(join(run, 'bin')), NETCONFPATH: networks, CNI_PATH: debianPlugins, NO_COLOR: '1' };
  return {
    env,
    networks,
    leases,
    cache,
    write: (name, config) => writeFileSync(join(networks, `${name}.conflist`), JSON.stringify({ cniVersion: '1.0.0', name, ...config })),
    cni: (verb = '', ...words) =>
      outcome(
        spawn('nsenter', [`--net=${path}`, process.execPath, bin, 'cni', verb, '--cache-dir', cache, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] }),
      ),
  };
}

/** Debian's tools with `iptables` under that name: which of two it is, says a link that is made when the package is installed. */
export function withIptables(directory: string): NodeJS.ProcessEnv {
  const env = debian('iproute2', 'iptables', 'nftables');
  mkdirSync(directory);
  for (const name of ['iptables', 'ip6tables', 'iptables-save', 'iptables-restore', 'ip6tables-save', 'ip6tables-restore'])
    symlinkSync(join(placeOf('iptables'), 'usr/sbin/xtables-nft-multi'), join(directory, name));
  const extensions = env['LD_LIBRARY_PATH']
    ?.split(':')
    .map((each) => join(each, 'xtables'))
    .find((each) => existsSync(each));
  return { ...env, PATH: `${directory}:${env['PATH']}`, ...(extensions !== undefined && { XTABLES_LIBDIR: extensions }) };
}
