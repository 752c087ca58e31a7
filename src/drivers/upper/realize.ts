import { failure } from '../../base/error.js';
import { shortId } from '../../base/id.js';
import { randomMac } from '../../ip/mac.js';
import type { Ip } from '../../ip/types.js';
import type { HostFacts, Scene } from '../../model/driver.js';
import { HOST_AUX } from '../../model/ipam.js';
import { requireCarried } from '../../model/mtu.js';
import { judgeLink, judgeParent, listedAs, refuseClaimed } from '../parent.js';
import { requireKind } from '../require-kind.js';
import { vlanOf } from '../vlan-of.js';
import type { Kind } from './kind.js';
import type { UpperOptions } from './options.js';
import type { UpperFacts } from './upper-facts.js';

/**
 * Chooses the parent, which is somebody's link, a VLAN of one, or one that leads nowhere, and the host's own link where it has one. Throws `parent-absent`,
 * `parent-down`, `parent-unfit`, `parent-claimed`, `option-invalid`, `device-taken` and `kernel-lacks`.
 */
export function realize<N extends UpperOptions>(kind: Kind<N>, scene: Scene<N>, host: HostFacts): UpperFacts {
  const { network, options } = scene;
  const parentUse = kind.use(options);
  const chosen = chooseParent(kind, scene, host);
  requireKind(kind.spec(chosen.parent, options).type, chosen.parent, host);
  return {
    ...chosen,
    inet6: host.survey.inet6,
    parentUse,
    ...(options.hostAccess && { shim: { link: freeName(`fh-${shortId(network.id)}`, host), mac: randomMac(), addresses: hostAddresses(scene) } }),
  };
}

function chooseParent<N extends UpperOptions>(
  kind: Kind<N>,
  { network, options }: Scene<N>,
  host: HostFacts,
): Pick<UpperFacts, 'parent' | 'parentMtu' | 'made'> {
  const { parent: called, mtu } = options;
  if (called === undefined) {
    const name = freeName(`${kind.nowhere}${shortId(network.id)}`, host);
    requireKind('dummy', name, host);
    return { parent: name, made: { mac: randomMac() } };
  }
  const parent = listedAs(called, host.survey);
  const there = host.survey.links.find(({ name }) => name === parent);
  const vlan = there && !there.ours ? undefined : vlanOf(parent, host.survey);
  const link = vlan ? judgeLink(vlan.lower, host.survey) : judgeParent(parent, kind.use(options), host);
  if (there?.ours && !vlan) throw failure('parent-unfit', { parent, reason: 'it is a link of Fairlead’s own', mend: 'choose one that leads outside: ip link' });
  requireCarried(mtu, link);
  if (!vlan) return { parent, parentMtu: link.mtu };
  refuseClaimed(parent, kind.use(options), host.parents);
  requireKind('vlan', parent, host);
  return { parent, parentMtu: link.mtu, made: vlan };
}

function freeName(name: string, { survey, devices }: HostFacts): string {
  if (survey.links.some((link) => link.name === name && !link.ours)) throw failure('device-taken', { device: name });
  const holder = devices.get(name);
  if (holder !== undefined) throw failure('device-claimed', { device: name, network: `"${holder}"` });
  return name;
}

const hostAddresses = ({ network }: Scene): readonly Ip[] => network.pools.flatMap(({ aux }) => aux[HOST_AUX] ?? []);
