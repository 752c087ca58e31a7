import type { UpperSpec } from '../../resource/resource.js';
import { Errno } from './errno.js';
import { type Link, linkOf, netOf, type World } from './world.js';

/**
 * The link of the host's stack upon which one is to stand. A parent takes links of macvlan or of ipvlan, not of both, and neither where it is a
 * port of a bridge (netdev_rx_handler_register of net/core/dev.c); a `passthru` one has it for itself (macvlan_common_newlink).
 */
export function parentFor(world: World, spec: UpperSpec, mtu: number | undefined): Link {
  const parent = namedParent(world, spec);
  const others = [...parent.uppers].flatMap(({ made }) => (made && 'parent' in made.spec ? [made.spec] : []));
  if (mtu !== undefined && mtu > parent.mtu) throw new Errno('EINVAL');
  if (spec.type === 'vlan') {
    if (others.some((other) => other.type === 'vlan' && other.id === spec.id)) throw new Errno('EEXIST');
    return parent;
  }
  if (parent.type === 'loopback') throw new Errno('EINVAL');
  if (parent.master || others.some(({ type }) => type !== 'vlan' && type !== spec.type)) throw new Errno('EBUSY');
  const alone = (other: UpperSpec) => other.type === 'macvlan' && (other.mode === 'passthru' || (spec.type === 'macvlan' && spec.mode === 'passthru'));
  if (others.some(alone)) throw new Errno('EINVAL');
  return parent;
}

/** The link of this name: whoever waits for it hears when it comes. */
export function namedParent(world: World, { parent: name }: UpperSpec): Link {
  world.wanted.add(name);
  const parent = linkOf(netOf(world, 'host'), name);
  world.wanted.delete(name);
  return parent;
}
