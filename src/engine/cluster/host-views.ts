import type { HostView } from '../../model/cluster.js';
import type { Hosts } from './hosts.js';

interface Seen {
  readonly hosts: Pick<Hosts, 'list' | 'get'>;
  /** The name of this one, and whether the others count on it now. */
  readonly own: string;
  readonly alive: boolean;
  /** The host of each endpoint. */
  readonly places: readonly string[];
  /** Seconds for which the addresses of a host that went are given to nobody. */
  readonly quarantine: number;
}

/** The hosts of a cluster, for people. */
export function hostViews({ hosts, own: here, alive: counted, places, quarantine }: Seen): readonly HostView[] {
  return hosts.list().flatMap((name): HostView[] => {
    const { known, alive, waited = 0 } = hosts.get(name);
    const host = alive ?? known;
    if (!host) return [];
    const endpoints = places.filter((each) => each === name).length;
    const own = name === here;
    // What was seen of this host by itself may be from before it was away.
    if (alive && (!own || counted)) return [{ ...host, state: 'alive', own, endpoints }];
    return [{ ...host, state: 'departed', waits: Math.max(0, Math.round(quarantine - waited)), own, endpoints }];
  });
}
