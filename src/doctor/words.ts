import { isBorrowed } from '../resource/borrow.js';
import { linkChange } from '../resource/link-change.js';
import { printVlans } from '../resource/port-vlans.js';
import { parentOf } from '../resource/parent-of.js';
import { remade } from '../resource/remade.js';
import { same } from '../resource/same.js';
import type { BorrowResource, EnslavedResource, LinkResource, NamespaceResource, Operation, RateResource, Resource, Stack } from '../resource/resource.js';

/** Names a stack for a reader: "the host", or the sandbox. */
export type Place = (stack: Stack) => string;

/** What is wrong, in words: the thing, where it is, and how it differs. */
export function problemOf(operation: Operation, place: Place): string {
  switch (operation.do) {
    case 'create':
      return isUp(operation.resource) ? `${thing(operation.resource, place)} is down` : `${thing(operation.resource, place)} is missing`;
    case 'delete':
      return isUp(operation.resource) ? `${thing(operation.resource, place)} is up, and nothing needs that` : leftover(operation.resource, place);
    case 'change':
      return same(operation.from, operation.to)
        ? `${thing(operation.to, place)} is missing`
        : `${thing(operation.to, place)} is not as it should be: ${difference(operation.from, operation.to, place)}`;
  }
}

const isUp = ({ kind }: Resource): boolean => kind === 'up';

// A setting that was borrowed is there whatever we do; it is only not given back.
const leftover = (resource: Resource, place: Place): string =>
  isBorrowed(resource) ? `${thing(resource, place)} is still as Fairlead set it` : `${thing(resource, place)} is there, and nothing needs it`;

function thing(resource: Resource, place: Place): string {
  const where = ` in ${place(resource.in)}`;
  switch (resource.kind) {
    case 'namespace':
      return `the network namespace of ${place(resource.in)}`;
    case 'link':
      return `link ${resource.name}${where}`;
    case 'up':
      return `link ${resource.link}${where}`;
    case 'address':
      return `address ${resource.address} of link ${resource.link}${where}`;
    case 'route':
      return `the IPv${resource.family} route to ${resource.to}${resource.via === undefined ? '' : ` via ${resource.via}`}${where}`;
    case 'forward':
      return `the forwarding entry of ${resource.mac} on link ${resource.link}${where}`;
    case 'behind':
      return `the entry of ${resource.mac} in the bridge of link ${resource.link}${where}`;
    case 'neighbour':
      return `the neighbour entry of ${resource.ip} on link ${resource.link}${where}`;
    case 'rate':
      return `the limit of what link ${resource.link} sends${where}`;
    case 'redirect':
      return `the way through another link of what comes in by link ${resource.link}${where}`;
    case 'table':
      return `the nftables table ${resource.family} ${resource.name}`;
    case 'element':
      return `element ${resource.key} of ${resource.map} in the nftables table ${resource.family} ${resource.table}`;
    case 'borrow':
      return `link ${resource.link}${where}, which is borrowed,`;
    case 'moved':
      return `link ${resource.link} of the host, as ${resource.to.name} in ${place(resource.to.in)},`;
    case 'functions':
      return `the virtual functions of ${resource.link}${where}`;
    case 'enslaved':
      return `link ${resource.link}${where}, which is a port of ${resource.master},`;
    case 'admission':
      return `the rule of ours in Docker's chain DOCKER-USER (${resource.family}) that lets packets pass to ${resource.oif}${resource.iif === undefined ? '' : ` from ${resource.iif}`}`;
    case 'policy':
      return `the IPsec policy by which UDP port ${resource.port} is ${resource.direction === 'in' ? 'received' : 'sent'} encrypted alone (IPv${resource.family})${where}`;
    case 'transform':
      return `the IPsec state from ${resource.from} to ${resource.to}${where}`;
    case 'wireguard':
      return `the key and port of WireGuard on link ${resource.link}${where}`;
    case 'peer':
      return `the peer of WireGuard at ${resource.address} on link ${resource.link}${where}`;
    case 'sysctl':
      return `the setting ${resource.path.replaceAll('/', '.')}${where}`;
    case 'held':
      return `the hold on ${resource.protocol} port ${resource.port} of ${resource.ip}${where}`;
    case 'announced':
      return `what neighbours are told of ${resource.ip} on link ${resource.link}${where}`;
    case 'flows':
      return `tracked connections of ${resource.ip}`;
  }
}

function difference(from: Resource, to: Resource, place: Place): string {
  if (from.kind === 'link' && to.kind === 'link') return linkDifference(from, to, place);
  if (from.kind === 'borrow' && to.kind === 'borrow') return borrowDifference(from, to);
  if (from.kind === 'enslaved' && to.kind === 'enslaved') return enslavedDifference(from, to);
  if (from.kind === 'sysctl' && to.kind === 'sysctl') return `it is ${from.value}, not ${to.value}`;
  if (from.kind === 'route' && to.kind === 'route') return `it goes via ${from.via ?? 'no gateway'} on link ${from.dev}`;
  if (from.kind === 'rate' && to.kind === 'rate') return rateDifference(from, to);
  if (from.kind === 'redirect' && to.kind === 'redirect') return `it leads to ${from.to || 'no link'}, not ${to.to}`;
  if (from.kind === 'forward' && to.kind === 'forward') return `it leads to ${from.to}, not ${to.to}`;
  if (from.kind === 'neighbour' && to.kind === 'neighbour') return `its MAC address is ${from.mac}, not ${to.mac}`;
  if (from.kind === 'namespace' && from.process !== undefined) return `its file is gone, and process ${from.process} lives in it`;
  if (from.kind === 'namespace' && from.silent) return 'its loopback, lo, is down';
  if (from.kind === 'namespace' && from.broken) return 'its file leads to no namespace';
  if (from.kind === 'namespace' && to.kind === 'namespace') return `it is ${maker(from)}, not ${maker(to)}`;
  if (from.kind === 'element' && to.kind === 'element') return `it leads to ${from.value ?? 'nothing'}, not ${to.value ?? 'nothing'}`;
  if (from.kind === 'address') return 'the route to its subnet, which came with it, is gone';
  if (from.kind === 'transform') return 'its key is another';
  if (from.kind === 'wireguard') return 'somebody gave it others';
  if (from.kind === 'peer') return 'it stands for other addresses';
  if (from.kind === 'admission') return 'somebody wrote it anew';
  return 'somebody changed its rules or sets';
}

function borrowDifference(from: BorrowResource, to: BorrowResource): string {
  const lacking = to.addresses.filter((each) => !from.addresses.includes(each));
  const said = [
    lacking.length > 0 && `it lacks ${lacking.join(' and ')}`,
    from.mac !== to.mac && `its MAC address is ${from.mac ?? 'none'}, not ${to.mac}`,
    from.mtu !== to.mtu && `its MTU is ${from.mtu}, not ${to.mtu}`,
    from.promiscuous !== to.promiscuous && 'it is not promiscuous',
    from.down && 'it is down',
  ];
  return said.filter((each) => typeof each === 'string').join('; ');
}

const enslavedDifference = ({ master, astray }: EnslavedResource, to: EnslavedResource): string =>
  master === to.master && astray ? `addresses or routes are on it, not on ${to.master}` : `it is ${master ? `a port of ${master}` : 'no port'}`;

function rateDifference(from: RateResource, to: RateResource): string {
  if (from.rate === to.rate && from.burst === to.burst) return 'somebody changed its queue';
  const said = ({ rate, burst }: RateResource) => `${rate} bit/s with bursts of ${burst} bytes`;
  return `it is ${said(from)}, not ${said(to)}`;
}

// The path of another may be the same.
const maker = ({ adopted }: NamespaceResource): string => (adopted ? `${adopted.path} with cookie ${adopted.cookie}` : 'one of our own');

function linkDifference(from: LinkResource, to: LinkResource, place: Place): string {
  if (remade(from, to)) return remadeDifference(from, to, place);
  const { mtu, mac, master, isolated, hairpin, told, localnet, lldp, vlans, promiscuous, regroup, restart, hear, name, peer } = linkChange(from, to);
  const said = [
    name !== undefined && `somebody renamed it to ${from.renamed}`,
    mtu !== undefined && `its MTU is ${from.mtu ?? 1500}, not ${mtu}`,
    mac !== undefined && `its MAC address is ${from.mac ?? 'none'}, not ${mac}`,
    master !== undefined && (master === '' ? `it is a port of ${from.master}` : `it is ${from.master ? `a port of ${from.master}, ` : ''}no port of ${master}`),
    isolated !== undefined && `it is ${isolated ? 'not isolated' : 'isolated'} from other ports`,
    hairpin !== undefined && `it ${hairpin ? 'does not send' : 'sends'} frames back where they came from (hairpin)`,
    told !== undefined && `it ${told ? 'learns, or is sent what nobody knows' : 'learns nothing'} (learning, flood)`,
    lldp !== undefined && `it ${lldp ? 'does not pass' : 'passes'} frames of LLDP on (group_fwd_mask)`,
    vlans !== undefined &&
      `${to.spec.type === 'bridge' ? 'the host on it' : 'it'} is in ${from.vlans ? `VLANs ${printVlans(from.vlans)}` : 'whatever VLANs'}, not in ${printVlans(vlans)}`,
    promiscuous !== undefined && `it is ${promiscuous ? 'not promiscuous' : 'promiscuous'}`,
    localnet !== undefined && `it ${localnet ? 'does not let' : 'lets'} packets of 127.0.0.0/8 pass (route_localnet)`,
    restart && (to.spec.type === 'bridge' ? 'it runs the spanning tree protocol (stp_state)' : 'it is a port that does not forward (state)'),
    hear !== undefined && `it has no forwarding entry for its own MAC address, ${hear}: nothing that is sent to the host by it arrives`,
    regroup && 'its group, by which Fairlead knows it, was changed',
    peer.mtu !== undefined && `the MTU of its other end, ${end(to, place)}, is not ${peer.mtu}`,
    peer.mac !== undefined && `the MAC address of its other end, ${end(to, place)}, is not ${peer.mac}`,
  ];
  return said.filter((each) => typeof each === 'string').join('; ');
}

function remadeDifference(from: LinkResource, to: LinkResource, place: Place): string {
  if (from.spec.type === 'veth' && to.spec.type === 'veth') return `its other end is ${end(from, place)}, not ${end(to, place)}`;
  const [is, wanted] = [standing(from), standing(to)];
  return is === wanted ? `its MTU is ${from.mtu}, not that of its parent` : `it is ${is}, not ${wanted}`;
}

/** A link by what it is made as: `macvlan mode bridge upon eth1`. */
function standing({ spec }: LinkResource): string {
  const parent = parentOf(spec);
  const said = Object.entries(spec).filter(([name]) => name !== 'type' && name !== 'parent');
  const words = [spec.type, ...(spec.type === 'veth' ? [] : said.map(([name, value]) => `${name} ${value}`))];
  return [...words, ...(parent === undefined ? [] : [parent === '' ? 'upon a link that is gone' : `upon ${parent}`])].join(' ');
}

const end = ({ spec }: LinkResource, place: Place): string => (spec.type === 'veth' ? `${spec.peer.name || 'unknown'} in ${place(spec.peer.in)}` : 'none');
