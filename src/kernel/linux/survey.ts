import type { LinkSeen, RouteSeen, Survey } from '../../resource/survey.js';
import type { InterfaceAddress } from '../../ip/types.js';
import type { Stack } from '../../resource/resource.js';
import { addressState, getAddresses } from './address.js';
import { ARPHRD_LOOPBACK } from './constants/link.js';
import { RT_TABLE_MAIN, RTN_BLACKHOLE, RTN_PROHIBIT, RTN_UNICAST, RTN_UNREACHABLE } from './constants/route.js';
import { functionsOf, isRadio } from './hardware.js';
import { bystanders, type HeardLinks } from './heard-links.js';
import { getLinks, type LinkState, linkState } from './link/link-state.js';
import type { Machine } from './machine.js';
import { givenOf, instanceOf, mayDelete } from '../../resource/mark.js';
import { dumpRoutes } from './dump-routes.js';
import type { Place } from './stacks.js';
import { linksAt } from './view.js';

const SEEN: ReadonlySet<number> = new Set([RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT]);

/** Everything in a stack, whoever made it, but what is `leaving` and what hangs on that. */
export function survey(machine: Machine, stack: Stack, leaving: ReadonlySet<string>): Survey {
  return surveyOf(machine, stack, leaving, allLinks(machine.stacks.get(stack)));
}

/**
 * The same of the host's stack, but for the marked ends of our own veths where they are not `named`. Who is there beside them is known from what was heard, so that
 * each is asked for by itself: in a dump the kernel looks through its numbers of all namespaces once for each link (peernet2id of net/core/net_namespace.c), which is
 * the square of the sandboxes. Where nothing was heard, or others are most of all, it is a dump (docs/adr/021).
 */
export function surroundings(machine: Machine, heard: HeardLinks | undefined, named: ReadonlySet<string>, leaving: ReadonlySet<string>): Survey {
  const { stacks, instance } = machine;
  const around = heard && bystanders(heard, named);
  const links = around && around.others.length <= around.ends ? linksAt(stacks.host, around.others) : allLinks(stacks.host);
  const isEnd = (link: LinkState) => link.kind === 'veth' && !named.has(link.name) && givenOf(instance, link) !== undefined;
  const seen = links.filter((link) => !isEnd(link));
  // Somebody may have a route by such an end.
  return surveyOf(machine, 'host', leaving, seen, [...links, ...(heard?.ours.values() ?? [])].filter(isEnd));
}

const allLinks = ({ route }: Place): readonly LinkState[] => route.dump(getLinks, ({ payload }) => linkState(payload));

function surveyOf(
  { stacks, instance, netfilter, inet6 }: Machine,
  stack: Stack,
  leaving: ReadonlySet<string>,
  found: readonly LinkState[],
  unseen: readonly LinkState[] = [],
): Survey {
  const { route } = stacks.get(stack);
  const stays = (link: LinkState) => !(leaving.has(link.name) && mayDelete(instance, link));
  const links = found.filter(stays);
  const names = new Map([...unseen.filter(stays), ...links].map(({ index, name }) => [index, name]));
  const addresses = new Map<number, InterfaceAddress[]>(links.map(({ index }) => [index, []]));
  const hearing = new Set<number>();
  for (const { index, address, advertised } of route.dump(getAddresses(), ({ payload }) => addressState(payload))) {
    addresses.get(index)?.push(address);
    if (advertised) hearing.add(index);
  }
  const seen = links.map((link): LinkSeen => {
    const { index, name, altnames, up, mac, mtu, group, alias, device, sorts, segment } = link;
    const functions = device === undefined ? undefined : functionsOf(device);
    const marked = instanceOf(alias);
    const master = link.master === undefined ? undefined : names.get(link.master);
    const upon = link.kind === 'veth' || link.peer === undefined || link.peerNamespace !== undefined ? undefined : names.get(link.peer);
    return {
      name,
      ...(altnames && { altnames }),
      index,
      type: typeOf(link),
      up,
      ...(mac === undefined ? {} : { mac }),
      mtu,
      group,
      ...(alias === undefined ? {} : { alias }),
      ...(master === undefined ? {} : { master }),
      ...(upon === undefined || upon === name ? {} : { upon }),
      ...(sorts === undefined ? {} : { sorts }),
      ...(segment && { segment: { vni: segment.id, port: segment.port } }),
      addresses: addresses.get(index) ?? [],
      ...(hearing.has(index) && { advertised: true }),
      ...(device === undefined ? {} : { device }),
      ...(functions && { functions }),
      ...(device !== undefined && isRadio(device) ? { bound: true } : {}),
      ours: marked === instance.id,
      ...(marked === undefined ? {} : { instance: marked }),
    };
  });
  const routes = dumpRoutes(route)
    .filter(({ table, type, dev }) => table === RT_TABLE_MAIN && SEEN.has(type) && (dev === undefined || names.has(dev)))
    .map(({ family, to, via, dev, protocol }): RouteSeen => {
      const name = dev === undefined ? undefined : names.get(dev);
      return { family, to, ...(via === undefined ? {} : { via }), ...(name === undefined ? {} : { dev: name }), protocol };
    });
  const isHost = stack === 'host';
  return { links: seen, routes, tables: isHost ? netfilter.owners() : [], lacks: isHost && !netfilter.hasBridges() ? ['bridge'] : [], inet6 };
}

const typeOf = ({ kind, hardware }: LinkState): string => kind ?? (hardware === ARPHRD_LOOPBACK ? 'loopback' : 'ether');
