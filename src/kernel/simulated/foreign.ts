import { Hub } from '../../base/hub.js';
import type { InterfaceAddress, Ip, Prefix } from '../../ip/types.js';
import type { LinkKind, TableFamily } from '../../resource/resource.js';
import type { FunctionsSeen } from '../../resource/survey.js';
import { putRoute } from './addresses.js';
import { enslave, plug } from './links.js';
import { subnetOf } from '../../ip/interface-address.js';
import { firstProcesses } from './processes.js';
import { Undo } from './undo.js';
import { linkOf, newLink, newNet, type World } from './world.js';

/** RTPROT_BOOT of linux/rtnetlink.h: what an administrator's command makes. */
export const RTPROT_BOOT = 3;

/** What others have on a host. Their links are up unless it says otherwise. */
export interface Foreign {
  readonly links?: readonly ForeignLink[];
  readonly routes?: readonly { readonly to: Prefix | 'default'; readonly via?: Ip; readonly dev: string }[];
}

/** A link of others. One with `functions` can show virtual ones, which are these devices. */
export interface ForeignLink {
  readonly name: string;
  readonly type?: string;
  readonly up?: boolean;
  /** The bridge before it in the list of which it is a port. */
  readonly master?: string;
  /** The link before it in the list upon which it stands. */
  readonly upon?: string;
  readonly mtu?: number;
  readonly addresses?: readonly InterfaceAddress[];
  readonly altnames?: readonly string[];
  readonly advertised?: true;
  readonly device?: string;
  readonly functions?: FunctionsSeen;
  /** Of a bridge that sorts frames by VLAN: the one that new ports are in. */
  readonly sorts?: number;
}

let worlds = 0;

/** A host with what others have on it, and whether it forwards. */
export function newWorld({
  foreign = {},
  forwarding,
  lacks = [],
  lacksLinks = [],
  lacksEsp = false,
  lacksVlans = false,
}: {
  readonly foreign?: Foreign;
  readonly forwarding?: { readonly 4: boolean; readonly 6: boolean };
  readonly lacks?: readonly TableFamily[];
  readonly lacksLinks?: readonly LinkKind[];
  readonly lacksEsp?: boolean;
  readonly lacksVlans?: boolean;
}): World {
  const path = `/simulated/${++worlds}`;
  const net = newNet();
  const undo = new Undo();
  for (const { name, type = 'dummy', up = true, master, upon, mtu, addresses = [], altnames, advertised, device, functions, sorts } of foreign.links ?? []) {
    const parent = upon === undefined ? undefined : linkOf(net, upon);
    const link = newLink(net, { name, type, mtu, parent, device, functions: functions && { ...functions, settings: new Map() } });
    plug(undo, link);
    parent?.uppers.add(link);
    link.up = up;
    if (altnames) link.altnames = altnames;
    if (advertised) link.advertised = advertised;
    if (master !== undefined) enslave(undo, link, linkOf(net, master));
    if (sorts !== undefined) link.sorts = sorts;
    for (const address of addresses) link.addresses.set(address, subnetOf(address));
  }
  for (const { to, via, dev } of foreign.routes ?? []) {
    const family = (via ?? to).includes(':') ? 6 : 4;
    const resource = { kind: 'route', in: 'host', family, to, dev, ...(via === undefined ? {} : { via }) } as const;
    putRoute(undo, { resource, link: linkOf(net, dev), protocol: RTPROT_BOOT });
  }
  if (forwarding?.[4]) net.sysctls.set('net/ipv4/ip_forward', '1');
  if (forwarding?.[6]) net.sysctls.set('net/ipv6/conf/all/forwarding', '1');
  return {
    path,
    stacks: new Map([['host', { net }]]),
    paths: new Map([[path, net]]),
    descriptors: new Map(),
    descriptorsMade: 0,
    processes: firstProcesses(),
    ends: new Hub(),
    processesMade: 0,
    wanted: new Set(),
    offered: 0,
    firewalls: [],
    docker: new Map(),
    ipsec: new Map(),
    lacksEsp,
    lacksVlans,
    lacks: new Set(lacks),
    lacksLinks: new Set(lacksLinks),
  };
}
