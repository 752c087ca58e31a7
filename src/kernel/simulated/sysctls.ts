import type { Facts } from '../../base/json.js';
import type { SysctlResource } from '../../resource/resource.js';
import { Errno } from './errno.js';
import type { Undo } from './undo.js';
import { type Net, netOf, type World } from './world.js';

/** The settings of a fresh namespace that Fairlead and its users touch. A link's own are below `net/ipv4/conf/LINK`. */
const INITIAL: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '0',
  'net/ipv4/ip_local_port_range': '32768\t60999',
  'net/ipv4/ip_nonlocal_bind': '0',
  'net/ipv4/ip_unprivileged_port_start': '1024',
  'net/ipv4/ping_group_range': '1\t0',
  'net/ipv4/tcp_keepalive_time': '7200',
  'net/bridge/bridge-nf-call-iptables': '1',
  'net/bridge/bridge-nf-call-ip6tables': '1',
  'net/bridge/bridge-nf-call-arptables': '1',
  'net/core/somaxconn': '4096',
};

/** Those of a link, and of `all` and `default`. */
const CONF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ipv4: {
    accept_local: '0',
    arp_announce: '0',
    arp_ignore: '0',
    arp_notify: '0',
    forwarding: '0',
    log_martians: '0',
    promote_secondaries: '0',
    proxy_arp: '0',
    route_localnet: '0',
    rp_filter: '0',
    send_redirects: '1',
  },
  ipv6: {
    accept_dad: '1',
    accept_ra: '1',
    accept_ra_defrtr: '1',
    addr_gen_mode: '0',
    autoconf: '1',
    disable_ipv6: '0',
    forwarding: '0',
    keep_addr_on_down: '0',
    proxy_ndp: '0',
  },
};

interface Place {
  readonly values: Map<string, string>;
  readonly name: string;
  readonly initial: string;
}

/** Writes the value; it dies with its link or stack. */
export function writeSysctl(world: World, undo: Undo, { in: stack, path, value }: SysctlResource): void {
  const place = find(netOf(world, stack), path);
  if (!place) throw new Errno('ENOENT');
  put(netOf(world, stack), undo, place, value);
}

/** Gives back what was; nothing when the setting is gone, or when there is nothing to give back. */
export function restoreSysctl(world: World, undo: Undo, { in: stack, path }: SysctlResource, was: Facts | undefined): void {
  const net = world.stacks.get(stack)?.net;
  const place = net && find(net, path);
  const value = was?.['value'];
  if (place && typeof value === 'string') put(net, undo, place, value);
}

// inet_forward_change of net/ipv4/devinet.c: what changes for the host changes for each link.
function put(net: Net, undo: Undo, { values, name, initial }: Place, value: string): void {
  const was = values.get(name) ?? initial;
  undo.put(values, name, value);
  if (name === FORWARD && was !== value) for (const link of net.links.values()) undo.drop(link.sysctls, 'ipv4/forwarding');
}

const FORWARD = 'net/ipv4/ip_forward';

/** How the setting is now; null when there is none. */
export function sysctlNow(world: World, { in: stack, path }: SysctlResource): Facts | null {
  const net = world.stacks.get(stack)?.net;
  const place = net && find(net, path);
  return place ? { value: place.values.get(place.name) ?? place.initial } : null;
}

function find(net: Net, path: string): Place | undefined {
  const name = withSlashes(path);
  const initial = INITIAL[name];
  if (initial !== undefined) return { values: net.sysctls, name, initial };
  const [, family = '', of = '', leaf = ''] = /^net\/(ipv4|ipv6)\/conf\/([^/]+)\/(\w+)$/.exec(name) ?? [];
  const value = CONF[family]?.[leaf];
  if (value === undefined) return undefined;
  if (of === 'all' || of === 'default') return { values: net.sysctls, name, initial: value };
  const link = net.links.get(of);
  const host = family === 'ipv4' && leaf === 'forwarding' ? net.sysctls.get(FORWARD) : undefined;
  return link && { values: link.sysctls, name: `${family}/${leaf}`, initial: host ?? value };
}

// sysctl(8): the separator that comes first is the separator, and the other one a character of a name.
function withSlashes(path: string): string {
  const [separator] = /[./]/.exec(path) ?? [];
  return separator === '.' ? path.replace(/[./]/g, (each) => (each === '.' ? '/' : '.')) : path;
}
