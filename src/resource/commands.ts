import { familyOf, isUnspecified } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import { remade } from './remade.js';
import type {
  ElementResource,
  FlowsResource,
  HeldResource,
  LinkResource,
  NamespaceResource,
  Operation,
  Plan,
  Resource,
  RouteResource,
  Stack,
  TableResource,
} from './resource.js';

/** A plan as the `ip`, `nft`, `sysctl` and `conntrack` commands that a person would type. */
export const commands = (plan: Plan): readonly string[] => plan.flatMap(commandsOf);

function commandsOf(operation: Operation): readonly string[] {
  switch (operation.do) {
    case 'create':
      return adding(operation.resource);
    case 'delete':
      return deleting(operation.resource, operation.was);
    case 'change':
      return changing(operation.from, operation.to);
  }
}

function adding(resource: Resource): readonly string[] {
  const ip = tool(resource.in);
  switch (resource.kind) {
    case 'namespace':
      return [addNamespace(resource), `${ip} link set lo up`];
    case 'link':
      return addLink(resource, ip);
    case 'up':
      return [`${ip} link set ${resource.link} up`];
    case 'address':
      return [`${ip} address add ${resource.address} dev ${resource.link}${resource.address.includes(':') ? ' nodad' : ''}`];
    case 'route':
      return [route('add', resource)];
    case 'neighbour':
      return [`${ip} neighbour add ${resource.ip} lladdr ${resource.mac} dev ${resource.link} nud permanent`];
    case 'table':
      return [`fairlead explain ${rulesetOf(resource)} | ${within(resource.in)}nft -f -`];
    case 'element':
      return [element('add', resource)];
    case 'sysctl':
      return [`${within(resource.in)}sysctl -w ${resource.path}=${resource.value}`];
    case 'flows':
      return resource.published ? flushPort(resource.ip, resource.published) : [];
    case 'held':
      return [hold(resource)];
  }
}

function deleting(resource: Resource, was?: { readonly [name: string]: unknown }): readonly string[] {
  const ip = tool(resource.in);
  switch (resource.kind) {
    case 'namespace':
      return [`ip netns delete ${nameOf(resource.in)}`];
    case 'link':
      return [`${ip} link delete ${resource.name}`];
    case 'up':
      return [`${ip} link set ${resource.link} down`];
    case 'address':
      return [`${ip} address delete ${resource.address} dev ${resource.link}`];
    case 'route':
      return [route('delete', resource)];
    case 'neighbour':
      return [`${ip} neighbour delete ${resource.ip} dev ${resource.link}`];
    case 'table':
      return [`${within(resource.in)}nft delete table ${resource.family} ${resource.name}`];
    case 'element':
      return [element('delete', resource)];
    case 'sysctl':
      return was === undefined ? [] : [`${within(resource.in)}sysctl -w ${resource.path}=${String(was['value'])}`];
    case 'flows':
      return resource.published ? flushPort(resource.ip, resource.published) : flush(resource.ip);
    case 'held':
      return [hold(resource)];
  }
}

function changing(from: Resource, to: Resource): readonly string[] {
  if (to.kind === 'link' && from.kind === 'link' && !remade(from, to)) return setLink(from, to);
  if (to.kind === 'route') return [route('replace', to)];
  if (to.kind === 'neighbour') return [`${tool(to.in)} neighbour replace ${to.ip} lladdr ${to.mac} dev ${to.link} nud permanent`];
  if (to.kind === 'sysctl' || to.kind === 'flows') return adding(to);
  return [...deleting(from), ...adding(to)];
}

function addNamespace({ in: stack, adopted }: NamespaceResource): string {
  return adopted === undefined ? `ip netns add ${nameOf(stack)}` : `mount --bind ${quote(adopted)} /run/netns/${nameOf(stack)}`;
}

function addLink({ in: stack, name, spec, mac, mtu, master, isolated, hairpin, localnet }: LinkResource, ip: string): readonly string[] {
  const own = `${mac ? ` address ${mac}` : ''}${mtu === undefined ? '' : ` mtu ${mtu}`}`;
  const port = [...(isolated ? [portFlag(stack, name, 'isolated', 'on')] : []), ...(hairpin ? [portFlag(stack, name, 'hairpin', 'on')] : [])];
  const upper = [...(master === undefined ? [] : [`${ip} link set ${name} master ${master}`]), ...port];
  const quiet = `${ip} link set ${name} addrgenmode none`;
  if (spec.type === 'bridge') return [`${ip} link add ${name}${own} type bridge`, quiet, ...(localnet ? [routeLocalnet(stack, name, 1)] : [])];
  const { peer } = spec;
  const target = peer.in === 'host' ? '' : ` netns ${nameOf(peer.in)}`;
  const other = `peer name ${peer.name}${peer.mac ? ` address ${peer.mac}` : ''}${mtu === undefined ? '' : ` mtu ${mtu}`}${target}`;
  return [`${ip} link add ${name}${own} type veth ${other}`, quiet, `${tool(peer.in)} link set ${peer.name} addrgenmode none`, ...upper];
}

function setLink(from: LinkResource, to: LinkResource): readonly string[] {
  const set = `${tool(to.in)} link set ${to.name}`;
  const lines: string[] = [];
  if (to.mtu !== undefined && to.mtu !== from.mtu) lines.push(`${set} mtu ${to.mtu}`);
  if (to.mac !== undefined && to.mac !== from.mac) lines.push(`${set} address ${to.mac}`);
  if (to.master !== from.master) lines.push(to.master === undefined ? `${set} nomaster` : `${set} master ${to.master}`);
  for (const flag of ['isolated', 'hairpin'] as const) if (to[flag] !== from[flag]) lines.push(portFlag(to.in, to.name, flag, to[flag] ? 'on' : 'off'));
  if (to.localnet !== from.localnet) lines.push(routeLocalnet(to.in, to.name, to.localnet ? 1 : 0));
  return lines;
}

function route(verb: 'add' | 'delete' | 'replace', { in: stack, family, to, via, dev, metric, local }: RouteResource): string {
  const hop = `${via ? ` via ${via}` : ''} dev ${dev}${local ? ' table local' : ''}${metric === undefined ? '' : ` metric ${metric}`}`;
  return `${tool(stack)}${family === 6 ? ' -6' : ''} route ${verb} ${local ? 'local ' : ''}${to}${hop}${verb === 'delete' ? '' : ' protocol 250'}`;
}

function element(verb: 'add' | 'delete', { family, table, map, key, value }: ElementResource): string {
  const entry = value === undefined || verb === 'delete' ? key : `${key} : ${value}`;
  const typed = entry.split(' ').map(word).join(' ');
  return `nft ${verb} element ${family} ${table} ${map} '{ ${typed} }'`;
}

// Names of links are quoted; addresses, ports, protocols and the marks between the parts are not.
const BARE = /^(tcp|udp|sctp|ipv4|ipv6|[\d.]+|[\da-f:.]*:[\da-f:.]*)$/;
const word = (text: string): string => (BARE.test(text) ? text : `"${text}"`);

const rulesetOf = (table: TableResource): string => (table.skeleton === 'sandbox' ? `resolver/${table.resolver}` : 'ruleset');

const portFlag = (stack: Stack, name: string, flag: 'isolated' | 'hairpin', state: 'on' | 'off'): string =>
  `bridge${stack === 'host' ? '' : ` -n ${nameOf(stack)}`} link set dev ${name} ${flag} ${state}`;
const routeLocalnet = (stack: Stack, name: string, value: 0 | 1): string => `${within(stack)}sysctl -w net/ipv4/conf/${name}/route_localnet=${value}`;
// No command holds a port and goes: the daemon does it.
const hold = ({ protocol, ip, port }: HeldResource): string => `# bind ${protocol} ${ip} ${port}`;
const flushPort = (ip: Ip, { protocol, port }: NonNullable<FlowsResource['published']>): readonly string[] => [
  `conntrack -D -f ${familyOf(ip) === 6 ? 'ipv6' : 'ipv4'} -p ${protocol}${isUnspecified(ip) ? '' : ` --orig-dst ${ip}`} --orig-port-dst ${port}`,
];
const flush = (ip: string): readonly string[] => [`conntrack -D --orig-src ${ip}`, `conntrack -D --orig-dst ${ip}`];
const nameOf = (stack: Stack): string => stack.slice('ns/'.length);
const tool = (stack: Stack): string => (stack === 'host' ? 'ip' : `ip -n ${nameOf(stack)}`);
const within = (stack: Stack): string => (stack === 'host' ? '' : `ip netns exec ${nameOf(stack)} `);
const quote = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
