import { failure } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import type { HostFacts, Scene, Taken, TakeScene } from '../../model/driver.js';
import type { Endpoint } from '../../model/records.js';
import type { LinkSeen, Survey } from '../../resource/survey.js';
import { carriesIpv6 } from '../../ip/carries-ipv6.js';
import { refuseClaimed } from '../parent.js';
import { flawOf, linkOn } from './judge.js';
import type { HostDeviceOptions, HostDeviceWish } from './options.js';

/** What an endpoint has of the host to itself. */
export interface DeviceFacts extends Facts {
  /** The link's name at home. */
  readonly device: string;
  /** Whether it has IPv6 in a sandbox, so that routers are heard by it. */
  readonly inet6: boolean;
}

type TakingScene = TakeScene<HostDeviceOptions, HostDeviceWish>;

// Nobody else stands upon a link that is to go.
const WHOLE = { as: 'device' } as const;

/** Refuses links that are not there, not to be given, or another network's. Throws `device-absent`, `device-unfit`, `parent-claimed`. */
export function realize({ options: { parents, force } }: Scene<HostDeviceOptions>, { survey, parents: claims }: HostFacts): Facts {
  for (const name of parents) {
    const flaw = flawOf(linkOn(survey, name), survey, force);
    if (flaw) throw flaw;
    refuseClaimed(name, WHOLE, claims);
  }
  return { parents, parentUse: WHOLE };
}

/** Picks the link that is wished for, or the first that is free. Throws `device-absent`, `device-unfit`, `device-busy`, `devices-exhausted`, `option-invalid`. */
export function take(scene: TakingScene, survey: Survey, taken: Taken): DeviceFacts {
  const { options, endpointOptions: wish } = scene;
  const wished = wish.device ?? (wish.pci === undefined ? undefined : byPci(survey, wish.pci));
  const link = wished === undefined ? firstFree(scene, survey, taken) : thatOne(options, wished, wish, survey, taken);
  return taking(scene, link, survey);
}

/** What is stored of a choice: with its own MAC address, where nobody asked for another. */
export const taking = (
  { endpoint, options }: { readonly endpoint: Endpoint; readonly options: { readonly mtu: number | undefined } },
  { name, mac, mtu }: LinkSeen,
  { inet6 }: Survey,
): DeviceFacts => ({
  device: name,
  inet6: inet6 && carriesIpv6(options.mtu ?? mtu),
  ...(endpoint.mac === undefined && mac !== undefined && { mac }),
});

function thatOne({ parents, force }: HostDeviceOptions, name: string, wish: HostDeviceWish, survey: Survey, taken: Taken): LinkSeen {
  if (!parents.includes(name)) {
    const [option, value] = wish.device === undefined ? ['pci', wish.pci ?? ''] : ['device', name];
    throw failure('option-invalid', { option, value, reason: 'none of the links of this network', mend: `they are ${parents.join(', ')}` });
  }
  const endpoint = taken.get(name);
  if (endpoint !== undefined) throw failure('device-busy', { device: name, endpoint });
  const link = linkOn(survey, name);
  const flaw = flawOf(link, survey, force);
  if (flaw) throw flaw;
  return link;
}

function firstFree({ network, options: { parents, force } }: TakingScene, survey: Survey, taken: Taken): LinkSeen {
  const reasons: string[] = [];
  for (const name of parents) {
    const endpoint = taken.get(name);
    const link = survey.links.find((each) => each.name === name);
    const flaw = link && endpoint === undefined ? flawOf(link, survey, force) : undefined;
    if (link && endpoint === undefined && !flaw) return link;
    reasons.push(
      `${name} ${endpoint !== undefined ? `is given to ${endpoint}` : link ? `is kept back: ${String(flaw?.values['reason'])}` : 'is not on this host'}`,
    );
  }
  const mend = 'take one back: fairlead endpoint leave ENDPOINT; or make a network with more of them';
  throw failure('devices-exhausted', { network: network.name, reason: reasons.join('; '), mend });
}

function byPci({ links }: Survey, pci: string): string {
  const link = links.find(({ device }) => device === `pci/${pci}`);
  if (link) return link.name;
  throw failure('device-absent', { device: `at ${pci}`, mend: 'those there are: ls -l /sys/class/net; one that a sandbox has is back when that leaves' });
}
