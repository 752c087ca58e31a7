import type { Facts } from '../base/json.js';
import { enslaving, releasing } from './enslaving-commands.js';
import { familyOf, ipBytes, isUnspecified } from '../ip/ip.js';
import { splitInterfaceAddress, subnetOf } from '../ip/interface-address.js';
import type { Ip } from '../ip/types.js';
import { type Lending, lendingOf, type LinkPast } from './borrow.js';
import { type Hand, plainHand } from './hand.js';
import { ipsecCommand } from './ipsec.js';
import { linkChange } from './link-change.js';
import { givingCommands, showing, takingBackCommands } from './moved-commands.js';
import { behind, bridgeWords, filterVlans, forward, forwardLldp, forwardingPort, inVlans, ownEntry, portFlag, toldPort } from './bridge-commands.js';
import { IP6_SUBNET_METRIC } from './subnet-metric.js';
import { queueOf, RATE_HANDLE, REDIRECT_PREFERENCE, SPARED_PREFERENCE } from './rate.js';
import { isLoopbackAlone } from './loopback-alone.js';
import { peerCommands } from './peer-commands.js';
import { remade } from './remade.js';
import { wireguardCommand } from './wireguard.js';
import type {
  AddressResource,
  AnnouncedResource,
  BorrowResource,
  AdmissionResource,
  ElementResource,
  FlowsResource,
  HeldResource,
  LinkResource,
  Operation,
  Plan,
  RateResource,
  RedirectResource,
  Resource,
  RouteResource,
  TableResource,
  TapSpec,
  UpperSpec,
  VxlanSpec,
} from './resource.js';

/** A plan as the `ip`, `tc`, `nft`, `sysctl` and `conntrack` commands that a person would type, with this hand. */
export const commands = (plan: Plan, hand: Hand = plainHand): readonly string[] => plan.flatMap((operation) => commandsOf(operation, hand));

function commandsOf(operation: Operation, hand: Hand): readonly string[] {
  switch (operation.do) {
    case 'create':
      return adding(operation.resource, hand);
    case 'delete':
      return deleting(operation.resource, hand, operation.was);
    case 'change':
      return changing(operation.from, operation.to, hand);
  }
}

function adding(resource: Resource, hand: Hand): readonly string[] {
  const ip = hand.tool('ip', resource.in);
  switch (resource.kind) {
    case 'namespace':
      return [...hand.namespace(resource), `${ip} link set lo up`];
    case 'link':
      return addLink(resource, hand);
    case 'up':
      return [`${ip} link set ${resource.link} up`];
    case 'address':
      return [`${ip} address add ${resource.address} dev ${resource.link}${resource.address.includes(':') ? ' nodad' : ''}`];
    case 'route':
      return [route('add', resource, hand)];
    case 'neighbour':
      return [`${ip} neighbour replace ${resource.ip} lladdr ${resource.mac} dev ${resource.link} nud permanent protocol 250`];
    case 'forward':
      return [forward('add', resource, hand)];
    case 'behind':
      return [behind('replace', resource, hand)];
    case 'rate':
      return [bucket('add', resource, hand)];
    case 'redirect':
      return redirect(resource, hand);
    case 'table':
      return [ruleset(resource, hand)];
    case 'element':
      return [element('add', resource)];
    case 'admission':
      return [`nft insert rule ${resource.family} ${DOCKER_USER} ${passing(resource)} accept comment ${hand.comment(resource)}`];
    case 'policy':
    case 'transform':
      return [ipsecCommand('add', resource)];
    case 'wireguard':
    case 'peer':
      return [wireguardCommand('set', resource, hand)];
    case 'sysctl':
      return [`${hand.within(resource.in)}sysctl -w ${resource.path}=${resource.value}`];
    case 'moved':
      return givingCommands(resource, hand);
    case 'functions':
      return [showing(resource, resource.count)];
    case 'borrow':
      return lendingCommands(resource, { remove: [], again: [], up: true, ...resource, add: resource.addresses }, hand);
    case 'enslaved':
      return enslaving(resource, ip);
    case 'flows':
      return resource.published ? flushPort(resource.ip, resource.published) : [];
    case 'held':
      return [hold(resource)];
    case 'announced':
      return [announce(resource, hand)];
  }
}

function deleting(resource: Resource, hand: Hand, was?: Facts): readonly string[] {
  const ip = hand.tool('ip', resource.in);
  switch (resource.kind) {
    case 'namespace':
      return hand.noNamespace(resource);
    case 'link':
      return [`${ip} link delete ${resource.renamed ?? resource.name}`];
    case 'up':
      return [`${ip} link set ${resource.link} down`];
    case 'address':
      return [`${ip} address delete ${resource.address} dev ${resource.link}`];
    case 'route':
      return [route('delete', resource, hand)];
    case 'neighbour':
      return [`${ip} neighbour delete ${resource.ip} dev ${resource.link}`];
    case 'forward':
      return [forward('del', resource, hand)];
    case 'behind':
      return [behind('del', resource, hand)];
    case 'rate':
      return [`${hand.tool('tc', resource.in)} qdisc delete dev ${resource.link} root`];
    case 'redirect':
      return [`${hand.tool('tc', resource.in)} qdisc delete dev ${resource.link} ingress`];
    case 'table':
      return [`${hand.within(resource.in)}nft delete table ${resource.family} ${resource.name}`];
    case 'element':
      return [element('delete', resource)];
    case 'admission':
      return [withdraw(resource, hand)];
    case 'policy':
    case 'transform':
      return [ipsecCommand('delete', resource)];
    case 'wireguard':
    case 'peer':
      return [wireguardCommand('remove', resource, hand)];
    case 'sysctl':
      return was === undefined ? [] : [`${hand.within(resource.in)}sysctl -w ${resource.path}=${String(was['value'])}`];
    case 'moved':
      return takingBackCommands(resource, hand);
    case 'functions':
      return [showing(resource, 0)];
    case 'borrow':
      return returning(resource, hand, was);
    case 'enslaved':
      return releasing(resource, ip);
    case 'flows':
      return resource.published ? flushPort(resource.ip, resource.published) : flush(resource.ip);
    case 'held':
      return [hold(resource)];
    case 'announced':
      return [];
  }
}

function changing(from: Resource, to: Resource, hand: Hand): readonly string[] {
  if (to.kind === 'link' && from.kind === 'link' && !remade(from, to)) return setLink(from, to, hand);
  if (to.kind === 'route') return [route('replace', to, hand)];
  if (to.kind === 'address') return to.unrouted ? [] : [subnetRoute(to, hand)];
  if (to.kind === 'rate' && from.kind === 'rate') return [bucket('change', to, hand), ...(to.burst < from.burst ? emptyQueue(to, hand) : [])];
  if (to.kind === 'forward') return [forward('replace', to, hand)];
  if (to.kind === 'neighbour') return adding(to, hand);
  if (isLoopbackAlone(from, to)) return [`${hand.tool('ip', to.in)} link set lo ${to.kind === 'namespace' && to.silent ? 'down' : 'up'}`];
  if (to.kind === 'namespace' && from.kind === 'namespace' && from.process !== undefined) return hand.rebind(to, from.process);
  if (to.kind === 'announced' && from.kind === 'announced') return to.mac === from.mac ? [] : adding(to, hand);
  if (to.kind === 'sysctl' || to.kind === 'enslaved' || to.kind === 'flows' || (from.kind === 'namespace' && from.broken)) return adding(to, hand);
  if (to.kind === 'borrow' && from.kind === 'borrow') return lendingCommands(to, lendingBetween(from, to), hand);
  if (to.kind === 'moved' || to.kind === 'functions' || to.kind === 'wireguard' || to.kind === 'peer') return adding(to, hand);
  return [...deleting(from, hand), ...adding(to, hand)];
}

function addLink(link: LinkResource, hand: Hand): readonly string[] {
  const { in: stack, name, spec, mac, mtu, master, isolated, hairpin, told, localnet, lldp, vlans, promiscuous } = link;
  const ip = hand.tool('ip', stack);
  const mark = hand.mark(link);
  const own = `${mac ? ` address ${mac}` : ''}${mtu === undefined ? '' : ` mtu ${mtu}`}${mark.group}`;
  const port = [
    ...(isolated ? [portFlag(hand, link, 'isolated', true)] : []),
    ...(hairpin ? [portFlag(hand, link, 'hairpin', true)] : []),
    ...(told ? [toldPort(hand, link, true)] : []),
    ...(vlans ? inVlans(hand, link, vlans) : []),
  ];
  const upper = [...(master === undefined ? [] : [`${ip} link set ${name} master ${master}`]), ...port];
  const quiet = `${ip} link set ${name}${mark.alias} addrgenmode none`;
  if ('parent' in spec) return [...addUpper(link, spec, own, quiet, hand), ...upper];
  if (spec.type === 'vxlan' || spec.type === 'wireguard') return [addTunnel(link, spec, own, hand), quiet, ...upper];
  if (spec.type === 'tap') return [addTap(link, spec, hand), quiet.replace(' addrgenmode', `${own} addrgenmode`), ...upper];
  const kind = `${spec.type}${spec.type === 'bridge' && lldp ? forwardLldp(true) : ''}${spec.type === 'bridge' && vlans ? filterVlans(true) : ''}`;
  if (spec.type !== 'veth')
    return [
      `${ip} link add ${name}${own} type ${kind}`,
      quiet,
      ...(localnet ? [routeLocalnet(hand, link, true)] : []),
      ...(promiscuous ? [`${ip} link set ${name} promisc on`] : []),
      ...(vlans ? inVlans(hand, link, vlans) : []),
    ];
  const { peer } = spec;
  const target = peer.in === 'host' ? '' : ` netns ${hand.nameOf(peer.in)}`;
  const other = `peer name ${peer.name}${peer.mac ? ` address ${peer.mac}` : ''}${mtu === undefined ? '' : ` mtu ${mtu}`}${target}`;
  return [
    `${ip} link add ${name}${own} type veth ${other}`,
    quiet,
    `${hand.tool('ip', peer.in)} link set ${peer.name} addrgenmode none`,
    ...upper,
    ...peerCommands(peer, { ...(peer.master !== undefined && { master: peer.master }), ...(peer.isolated && { isolated: true }) }, hand),
  ];
}

// In a sandbox it is made under a name that nobody has, and gets its own there: kernels before 6.15 refuse one that a link of the host has.
function addUpper({ in: stack, name }: LinkResource, spec: UpperSpec, own: string, quiet: string, hand: Hand): readonly string[] {
  const ip = hand.tool('ip', 'host');
  const kind = `type ${spec.type} ${upperWords(spec)}`;
  if (stack === 'host') return [`${ip} link add link ${spec.parent} name ${name}${own} ${kind}`, quiet];
  const made = `fl-${name}`.slice(0, MOST_NAME);
  return [
    `${ip} link add link ${spec.parent} name ${made}${own} netns ${hand.nameOf(stack)} ${kind}`,
    quiet.replace(`link set ${name}`, `link set ${made} name ${name}`),
  ];
}

// Its socket stays in the stack by which it sends, where it is made.
function addTunnel({ in: stack, name }: LinkResource, spec: VxlanSpec | { readonly type: 'wireguard' }, own: string, hand: Hand): string {
  const where = stack === 'host' ? '' : ` netns ${hand.nameOf(stack)}`;
  if (spec.type === 'wireguard') return `${hand.tool('ip', 'host')} link add ${name}${own}${where} type wireguard`;
  const { id, port, local, by = 'host' } = spec;
  return `${hand.tool('ip', by)} link add ${name}${own}${where} type vxlan id ${id} dstport ${port}${local === undefined ? '' : ` local ${local}`} nolearning proxy`;
}

const addTap = ({ in: stack, name }: LinkResource, { owner, group, many }: TapSpec, hand: Hand): string =>
  `${hand.tool('ip', stack)} tuntap add dev ${name} mode tap user ${owner}${group === undefined ? '' : ` group ${group}`} vnet_hdr${many ? ' multi_queue' : ''}`;

const MOST_NAME = 15;

const upperWords = (spec: UpperSpec): string => {
  if (spec.type === 'vlan') return `id ${spec.id}`;
  return spec.type === 'macvlan' ? `mode ${spec.mode}` : `mode ${spec.mode} ${spec.flag}`;
};

function setLink(from: LinkResource, to: LinkResource, hand: Hand): readonly string[] {
  const { mtu, mac, master, isolated, hairpin, told, localnet, lldp, vlans, sorts, promiscuous, regroup, restart, hear, name, peer } = linkChange(from, to);
  const set = `${hand.tool('ip', to.in)} link set ${to.name}`;
  const lines: string[] = [];
  if (name !== undefined) lines.push(`${hand.tool('ip', to.in)} link set ${from.renamed ?? name} name ${name}`);
  if (mtu !== undefined) lines.push(`${set} mtu ${mtu}`);
  if (mac !== undefined) lines.push(`${set} address ${mac}`);
  if (master !== undefined) lines.push(master === '' ? `${set} nomaster` : `${set} master ${master}`);
  if (promiscuous !== undefined) lines.push(`${set} promisc ${promiscuous ? 'on' : 'off'}`);
  if (regroup) lines.push(`${set}${hand.mark(to).group}`);
  if (isolated !== undefined) lines.push(portFlag(hand, to, 'isolated', isolated));
  if (hairpin !== undefined) lines.push(portFlag(hand, to, 'hairpin', hairpin));
  if (told !== undefined) lines.push(toldPort(hand, to, told));
  if (restart && to.spec.type !== 'bridge') lines.push(forwardingPort(hand, to));
  if (localnet !== undefined) lines.push(routeLocalnet(hand, to, localnet));
  for (const words of bridgeWords(lldp, sorts, restart && to.spec.type === 'bridge')) lines.push(`${set} type bridge${words}`);
  if (hear !== undefined) lines.push(ownEntry(hand, to, hear));
  if (vlans !== undefined) lines.push(...inVlans(hand, to, vlans));
  if (to.spec.type !== 'veth') return lines;
  return [...lines, ...peerCommands(to.spec.peer, peer, hand)];
}

// Nothing is known of what was there but what was written down; without that, nothing was.
function returning(resource: BorrowResource, hand: Hand, was: Facts | undefined): readonly string[] {
  const { addresses, mtu } = resource;
  const now: LinkPast = { addresses, mtu: mtu ?? 0, up: true };
  return lendingCommands(resource, lendingOf({ do: 'delete', resource, was: { addresses: [], mtu: mtu ?? 0, up: true, ...was } }, now), hand);
}

function lendingBetween(from: BorrowResource, to: BorrowResource): Lending {
  const past: LinkPast = { addresses: from.addresses, mtu: from.mtu ?? 0, up: !from.down };
  return lendingOf({ do: 'change', from, to, was: { ...past, addresses: [] } }, past);
}

function lendingCommands({ in: stack, link }: BorrowResource, { add, remove, mac, mtu, up, promiscuous, again }: Lending, hand: Hand): readonly string[] {
  const ip = hand.tool('ip', stack);
  // Its owner may have given it one of these.
  const adding = (addresses: readonly string[]) => addresses.map((each) => `${ip} address replace ${each} dev ${link}${each.includes(':') ? ' nodad' : ''}`);
  return [
    ...adding(add),
    ...remove.map((each) => `${ip} address delete ${each} dev ${link}`),
    ...(mac === undefined ? [] : [`${ip} link set ${link} address ${mac}`]),
    ...(mtu === undefined ? [] : [`${ip} link set ${link} mtu ${mtu}`]),
    ...(promiscuous === undefined ? [] : [`${ip} link set ${link} promisc ${promiscuous ? 'on' : 'off'}`]),
    ...(up === undefined ? [] : [`${ip} link set ${link} ${up ? 'up' : 'down'}`]),
    ...adding(again),
  ];
}

function route(verb: 'add' | 'delete' | 'replace', { in: stack, family, to, via, dev, source, metric, local }: RouteResource, hand: Hand): string {
  const hop = `${via ? ` via ${via}` : ''} dev ${dev}${source ? ` src ${source}` : ''}${local ? ' table local' : ''}${metric === undefined ? '' : ` metric ${metric}`}`;
  const what = `${local ? 'local ' : ''}${to}${hop}${verb === 'delete' ? '' : ' protocol 250'}`;
  return `${hand.tool('ip', stack)}${family === 6 ? ' -6' : ''} route ${verb} ${what}`;
}

// As the kernel makes it with the address.
function subnetRoute({ in: stack, link, address }: AddressResource, hand: Hand): string {
  const { ip } = splitInterfaceAddress(address);
  const own = familyOf(ip) === 4 ? `scope link src ${ip}` : `metric ${IP6_SUBNET_METRIC}`;
  return `${hand.tool('ip', stack)}${familyOf(ip) === 6 ? ' -6' : ''} route append ${subnetOf(address)} dev ${link} protocol kernel ${own}`;
}

function bucket(verb: 'add' | 'change', { in: stack, link, rate, burst }: RateResource, hand: Hand): string {
  const limits = `rate ${rate}bit burst ${burst} limit ${queueOf({ rate, burst })}`;
  return `${hand.tool('tc', stack)} qdisc ${verb} dev ${link} handle ${RATE_HANDLE.toString(16)}: root tbf ${limits}`;
}

// What waits and is larger than the new burst would never pass. A queue is made anew only where it is to be of another kind.
function emptyQueue(to: RateResource, hand: Hand): readonly string[] {
  const queue = `${hand.tool('tc', to.in)} qdisc replace dev ${to.link} parent ${RATE_HANDLE.toString(16)}:1`;
  return [`${queue} pfifo`, `${queue} bfifo limit ${queueOf(to)}`];
}

function redirect({ in: stack, link, to, but }: RedirectResource, hand: Hand): readonly string[] {
  const tc = hand.tool('tc', stack);
  const filter = `${tc} filter add dev ${link} ingress`;
  return [
    `${tc} qdisc add dev ${link} ingress`,
    `${filter} protocol all pref ${REDIRECT_PREFERENCE} u32 match u32 0 0 action mirred egress redirect dev ${to}`,
    ...(but === undefined ? [] : spared(but)).map((match) => `${filter} protocol ip pref ${SPARED_PREFERENCE} u32 ${match}`),
  ];
}

// An answer of DHCP is asked of everybody, or of the server.
const spared = (ip: Ip): readonly string[] => [
  'match ip ihl 5 0xf match ip protocol 17 0xff match ip dport 67 0xffff',
  ...[17, 6].map((protocol) => `match ip ihl 5 0xf match ip protocol ${protocol} 0xff match ip dst ${ip} match ip dport 53 0xffff`),
];

function element(verb: 'add' | 'delete', { family, table, map, key, value }: ElementResource): string {
  const entry = value === undefined || verb === 'delete' ? key : `${key} : ${value}`;
  const typed = entry
    .split(' ')
    .map(RAW.has(`${family} ${map}`) ? number : word)
    .join(' ');
  return `nft ${verb} element ${family} ${table} ${map} '{ ${typed} }'`;
}

// Names of links are quoted; addresses, ports, protocols and the marks between the parts are not.
const BARE = /^(tcp|udp|sctp|ipv4|ipv6|[\d.]+|[\da-f:.]*:[\da-f:.]*)$/;
const word = (text: string): string => (BARE.test(text) ? text : `"${text}"`);

// Sets whose keys nft knows as bytes of a frame: it takes addresses in them as numbers alone.
const RAW: ReadonlySet<string> = new Set(['bridge own_mac', 'bridge only_mac', 'bridge own4', 'bridge own6']);
const number = (text: string): string => {
  if (MAC.test(text)) return `0x${text.replaceAll(':', '')}`;
  return /^(\d+(\.\d+){3}|[\da-f:.]*:[\da-f:.]*)$/.test(text) ? `0x${Buffer.from(ipBytes(text as Ip)).toString('hex')}` : word(text);
};
const MAC = /^[\da-f]{2}(:[\da-f]{2}){5}$/;

// All networks share the host's: rules that are read twice are there twice.
function ruleset({ in: stack, family, skeleton, resolver }: TableResource & { readonly resolver?: number }, hand: Hand): string {
  if (skeleton === 'sandbox') return `fairlead explain resolver/${resolver} | ${hand.within(stack)}nft -f -`;
  return `nft list table ${family} fairlead > /dev/null 2>&1 || fairlead explain ruleset/${family} | nft -f -`;
}

const routeLocalnet = (hand: Hand, { in: stack, name }: LinkResource, on: boolean): string =>
  `${hand.within(stack)}sysctl -w net/ipv4/conf/${name}/route_localnet=${on ? 1 : 0}`;
const DOCKER_USER = 'filter DOCKER-USER';
const passing = ({ iif, oif }: AdmissionResource): string => `${iif === undefined ? '' : `iifname '"${iif}"' `}oifname '"${oif}"'`;
// nft deletes rules by their handles alone.
const withdraw = (rule: AdmissionResource, hand: Hand): string => {
  const comment = hand.comment(rule).slice(1, -1);
  return `nft delete rule ${rule.family} ${DOCKER_USER} handle $(nft -a list chain ${rule.family} ${DOCKER_USER} | sed -n 's/.*${comment} # handle //p')`;
};
// No command holds a port and goes: the daemon does it.
const hold = ({ protocol, ip, port }: HeldResource): string => `# bind ${protocol} ${ip} ${port}`;
// No state, and the tools are on few hosts.
const announce = ({ in: stack, link, ip, mac, times, behind: other }: AnnouncedResource, hand: Hand): string =>
  other
    ? `# who is on ${link}${stack === 'host' ? '' : ` of ${hand.nameOf(stack)}`} is told that ${ip} is at ${mac}`
    : `# ${hand.within(stack)}${familyOf(ip) === 6 ? `ndsend ${ip} ${link}` : `arping -U -c ${times} -I ${link} ${ip}`}`;
const flushPort = (ip: Ip, { protocol, port }: NonNullable<FlowsResource['published']>): readonly string[] => [
  `conntrack -D -f ${familyOf(ip) === 6 ? 'ipv6' : 'ipv4'} -p ${protocol}${isUnspecified(ip) ? '' : ` --orig-dst ${ip}`} --orig-port-dst ${port}`,
];
const flush = (ip: string): readonly string[] => [`conntrack -D --orig-src ${ip}`, `conntrack -D --orig-dst ${ip}`];
