import { failure } from '../../base/error.js';
import { shortId } from '../../base/id.js';
import type { Facts } from '../../base/json.js';
import { randomMac } from '../../ip/mac.js';
import type { HostFacts, HostNow, Scene } from '../../model/driver.js';
import { GUARD } from '../../model/guard.js';
import { heeding } from '../../resource/heeding.js';
import { borrow, isBorrowable } from './borrow.js';
import type { BridgeFacts } from './bridge-facts.js';
import type { BridgeOptions } from './options.js';
import { newStation } from './station.js';
import { chooseParent, parentNow } from './underlay.js';
import { checkBorrowedVlans, placeOf } from './vlans.js';

/** Chooses the device's name and MAC address, and what turning forwarding on asks for on this host. Throws `device-taken`, `device-claimed`, `instance-other`, `table-taken`, `guard-impossible`, and what `judgeParent` throws. */
export function realize(scene: Scene<BridgeOptions>, host: HostFacts): BridgeFacts {
  const { network } = scene;
  refuseOthers(host);
  const judged = !host.survey.lacks.includes('bridge');
  if (scene.options.guard && !judged) throw failure('guard-impossible', { option: GUARD });
  const families = [...(network.ipv4 ? [4 as const] : []), ...(network.ipv6 ? [6 as const] : [])];
  const forwards = !network.internal && scene.options.parent === undefined;
  const chosen = chooseDevice(scene, host);
  if (chosen.borrowed) checkBorrowedVlans(scene, chosen.device, chosen.borrowed);
  return {
    ...chosen,
    ...(network.pools.some(({ outside }) => outside) && (chosen.borrowed || scene.options.parent !== undefined) && { station: newStation() }),
    fenced: !forwards ? [] : families.filter((family) => !host.forwarding[family]).map((family) => `ipv${family}`),
    filtered: filteredBy(host),
    docker: dockerWays(host),
    judged,
    uplinks: network.ipv6 && forwards ? [...new Set(heeding(host.survey).map((link) => ownerOf(link, host)))] : [],
  };
}

// A bridge of ours with a link of the host's hears routers in any case; the link does not when it has its own back.
const ownerOf = (dev: string, { survey: { links }, parents }: HostFacts): string =>
  links.find(({ name, master }) => master === dev && parents.some(({ parent, parentUse }) => parent === name && parentUse.as === 'port'))?.name ?? dev;

/** Follows br_netfilter, which others turn on and off at any time, Docker, which may be started after Fairlead, and a link of the host's that is its port. */
export function refresh(facts: Facts, host: HostNow): Facts {
  const now = { filtered: filteredBy(host), docker: dockerWays(host), ...(host.links && parentNow(facts as BridgeFacts, host.links)) };
  return Object.entries(now).every(([name, value]) => JSON.stringify(facts[name]) === JSON.stringify(value)) ? facts : { ...facts, ...now };
}

const dockerWays = ({ docker: { 4: ipv4, 6: ipv6 } }: Pick<HostFacts, 'docker'>): BridgeFacts['docker'] => ({
  ...(ipv4 && { ipv4 }),
  ...(ipv6 && { ipv6 }),
});

const filteredBy = ({ bridgeFilter }: Pick<HostFacts, 'bridgeFilter'>): readonly string[] =>
  ([4, 6] as const).filter((family) => bridgeFilter[family]).map((family) => `ipv${family}`);

// There is one ruleset on a host; what another instance made is reported, and never removed.
function refuseOthers({ survey: { tables } }: HostFacts): void {
  const other = tables.find(({ ours }) => !ours);
  if (!other) return;
  const { family, instance } = other;
  throw instance === undefined ? failure('table-taken', { family }) : failure('instance-other', { family, instance });
}

type Chosen = Pick<BridgeFacts, 'device' | 'place' | 'mac' | 'borrowed' | 'parent' | 'made' | 'parentUse' | 'parentMtu' | 'own' | 'inet6'>;

// Whoever names a device of somebody else's borrows it; one that we pick is ours.
function chooseDevice({ network, options }: Scene<BridgeOptions>, host: HostFacts): Chosen {
  const { survey, devices } = host;
  const foreign = new Map(survey.links.filter(({ ours }) => !ours).map((link) => [link.name, link]));
  if (network.predefined && options.device === undefined) {
    const device = ['docker0', 'fairlead0'].find((name) => !foreign.has(name) && !devices.has(name));
    if (device === undefined) throw failure('device-taken', { device: 'fairlead0' });
    return { device, mac: randomMac() };
  }
  const device = options.device ?? `br-${shortId(network.id)}`;
  const holder = holderOf(device, options, devices);
  if (holder !== undefined) throw failure('device-claimed', { device, network: `"${holder}"` });
  const link = foreign.get(device);
  if (options.parent !== undefined) {
    if (link) throw failure('device-taken', { device });
    return { device, ...chooseParent(options.parent, device, host) };
  }
  if (!link) return { device, mac: randomMac() };
  if (options.device === undefined || !isBorrowable(link)) throw failure('device-taken', { device });
  return { device, ...borrow(link, survey), ...(options.vlans && { place: placeOf(device, options.vlans) }) };
}

// Networks in VLANs share somebody else's bridge, each of them in its own.
function holderOf(device: string, { vlans }: BridgeOptions, devices: HostFacts['devices']): string | undefined {
  const whole = devices.get(device);
  if (whole !== undefined || vlans) return whole ?? (vlans && devices.get(placeOf(device, vlans)));
  return [...devices].find(([place]) => place.startsWith(`${device} vlan `))?.[1];
}
