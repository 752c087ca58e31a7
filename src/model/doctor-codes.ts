/** One kind of finding: what it means, who mends it and how. docs/guides/doctor.md prints this table, and a test compares the two. */
export interface FindingKind {
  readonly means: string;
  readonly mend: string;
  /** Whether `doctor --fix` mends it. */
  readonly fixed: boolean;
}

/** Every code that checks say by themselves; where a finding is an error, it has the code of that. A code is a promise. */
export const codes = {
  missing: { means: 'something of ours was deleted or taken down by somebody', mend: 'made again', fixed: true },
  leftover: { means: 'something of ours is there, and nothing needs it', mend: 'deleted', fixed: true },
  changed: { means: 'something of ours has other values: off its bridge, another MTU, a flushed or edited ruleset', mend: 'set back', fixed: true },
  taken: { means: 'a link that is not ours has the name of one that is missing', mend: 'rename or delete the other link', fixed: false },
  'half-done': { means: 'an operation failed, and so did taking it back', mend: 'finished, or undone', fixed: true },
  unrealized: { means: 'a network is defined and could not be made on this host', mend: 'free what was in its way; then tried again', fixed: true },
  'namespace-lost': { means: 'the namespace that a sandbox had adopted is gone', mend: '`fairlead sandbox rm`', fixed: false },
  'cluster-silent': {
    means: 'this host does not reach the store of its cluster: others send nothing here, and nothing that hosts share can be changed',
    mend: 'see that etcd runs, has a leader and is reached from here; a host that waits for its name says so in its log',
    fixed: false,
  },
  'host-moved': {
    means: 'this host has the address no more by which the others of its cluster reach it',
    mend: 'start the daemon again, with another `--advertise` where that names the address; or give the host its address back',
    fixed: false,
  },
  'endpoint-lost': {
    means: 'this host was away from its cluster until others could be given what an endpoint had: it was taken down',
    mend: '`fairlead endpoint rm`, then connect its sandbox again',
    fixed: false,
  },
  'device-lost': {
    means: 'a link that a network gives to sandboxes, or that one was given, is neither on the host nor there',
    mend: 'plug it in; one whose namespace ended under it is in the first one, and the root of a sandbox may have taken it elsewhere ([host-device](host-device.md#what-happens-when))',
    fixed: false,
  },
  'parent-lost': {
    means: 'the link of the host that a network stands upon, or has in its bridge, is gone, or down',
    mend: 'plug it in, or `ip link set … up`',
    fixed: false,
  },
  'instance-other': {
    means: 'links or a ruleset of another Fairlead on this host',
    mend: 'start that one again, or delete them by hand: Fairlead never does',
    fixed: false,
  },
  'table-taken': { means: 'another program has a table `inet fairlead`', mend: 'delete it by hand', fixed: false },
  'forwarding-off': { means: 'the host, or one link of it, does not forward', mend: "the host's setting is set back; a link's own is yours", fixed: true },
  'accept-ra-lost': {
    means: 'a link that has IPv6 from router advertisements does not heed them while the host forwards',
    mend: 'accept_ra=2: set back where Fairlead had set it',
    fixed: true,
  },
  'forward-closed': {
    means: "another program's firewall drops the way out of a network, or its published ports",
    mend: 'the very rules that open it, for you to add ([firewall](firewall.md))',
    fixed: false,
  },
  'bridged-closed': { means: "br_netfilter is on, and such a firewall drops a network's own traffic", mend: 'the rule that opens it', fixed: false },
  'conntrack-full': {
    means: 'the table of tracked connections has no room: the kernel drops what begins a new one',
    mend: 'a larger net.netfilter.nf_conntrack_max',
    fixed: false,
  },
  'subnet-overlap': { means: 'a route of the host overlaps the subnet of a network: a VPN that came up later', mend: 'another subnet', fixed: false },
  'host-address-absent': {
    means: 'an option of a network names an address of the host that no link of it has',
    mend: 'add the address, or take the option back',
    fixed: false,
  },
  'mtu-above-uplink': {
    means: 'packets of a network are larger than the way out carries',
    mend: '`fairlead network update -o com.docker.network.driver.mtu=…`; of the predefined one `mtu` in the configuration',
    fixed: false,
  },
  'pool-full': { means: 'every address of a subnet is given', mend: 'remove endpoints, or use a larger subnet', fixed: false },
  'lease-lost': {
    means: 'the lease of an endpoint ended, and no DHCP server gives it another',
    mend: 'the DHCP server: it is asked again by itself',
    fixed: false,
  },
  'name-clash': { means: 'the name of one sandbox is an alias of another on the same network: who asks gets both', mend: 'rename one', fixed: false },
  'upstream-silent': { means: 'a name server that sandboxes ask does not answer', mend: 'another server', fixed: false },
  'port-loopback-only': {
    means: 'the program behind a published port listens on loopback alone: connections are refused',
    mend: 'let it listen on 0.0.0.0 or [::]',
    fixed: false,
  },
} as const satisfies Readonly<Record<string, FindingKind>>;

/** A code that checks say by themselves. */
export type FindingCode = keyof typeof codes;
