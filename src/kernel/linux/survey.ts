import type { LinkSeen, RouteSeen, Survey } from '../../resource/survey.js';
import type { Stack } from '../../resource/resource.js';
import { addressState, getAddresses } from './address.js';
import { ARPHRD_LOOPBACK } from './constants/link.js';
import { RT_TABLE_MAIN, RTN_BLACKHOLE, RTN_PROHIBIT, RTN_UNICAST, RTN_UNREACHABLE } from './constants/route.js';
import { functionsOf, isRadio } from './hardware.js';
import { getLinks, type LinkState, linkState } from './link/link-state.js';
import type { Machine } from './machine.js';
import { instanceOf, mayDelete } from '../../resource/mark.js';
import { dumpRoutes } from './read.js';

const SEEN: ReadonlySet<number> = new Set([RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT]);

/** Everything in a stack, whoever made it, but what is `leaving` and what hangs on that. */
export function survey({ stacks, instance, netfilter }: Machine, stack: Stack, leaving: ReadonlySet<string>): Survey {
  const { route } = stacks.get(stack);
  const all = route.dump(getLinks, ({ payload }) => linkState(payload));
  const gone = new Set(all.filter((link) => leaving.has(link.name) && mayDelete(instance, link)).map(({ index }) => index));
  const links = all.filter(({ index }) => !gone.has(index));
  const names = new Map(links.map(({ index, name }) => [index, name]));
  const addresses = route.dump(getAddresses(), ({ payload }) => addressState(payload));
  const seen = links.map((link): LinkSeen => {
    const { index, name, up, mac, mtu, group, alias, device, sorts } = link;
    const functions = device === undefined ? undefined : functionsOf(device);
    const marked = instanceOf(alias);
    const master = link.master === undefined ? undefined : names.get(link.master);
    return {
      name,
      index,
      type: typeOf(link),
      up,
      ...(mac === undefined ? {} : { mac }),
      mtu,
      group,
      ...(alias === undefined ? {} : { alias }),
      ...(master === undefined ? {} : { master }),
      ...(sorts === undefined ? {} : { sorts }),
      addresses: addresses.filter((each) => each.index === index).map(({ address }) => address),
      ...(device === undefined ? {} : { device }),
      ...(functions && { functions }),
      ...(device !== undefined && isRadio(device) ? { bound: true } : {}),
      ours: marked === instance.id,
      ...(marked === undefined ? {} : { instance: marked }),
    };
  });
  const routes = dumpRoutes(route)
    .filter(({ table, type, dev }) => table === RT_TABLE_MAIN && SEEN.has(type) && !(dev !== undefined && gone.has(dev)))
    .map(({ family, to, via, dev, protocol }): RouteSeen => {
      const name = dev === undefined ? undefined : names.get(dev);
      return { family, to, ...(via === undefined ? {} : { via }), ...(name === undefined ? {} : { dev: name }), protocol };
    });
  const isHost = stack === 'host';
  return { links: seen, routes, tables: isHost ? netfilter.owners() : [], lacks: isHost && !netfilter.hasBridges() ? ['bridge'] : [] };
}

const typeOf = ({ kind, hardware }: LinkState): string => kind ?? (hardware === ARPHRD_LOOPBACK ? 'loopback' : 'ether');
