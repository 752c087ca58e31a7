import type { Driver, EndpointScene, Scene } from '../../model/driver.js';
import { parseOptions } from '../../model/options.js';
import type { MovedResource, Resource } from '../../resource/resource.js';
import { advertisedWays } from '../advertised.js';
import { addressing, askedMac, describeEndpoint, waysOut } from '../host-device/describe.js';
import { checkOptions, checkWish, endpointOptions, networkOptions, type SriovOptions, type SriovWish, sriovOptions } from './options.js';
import { realize, type SriovFacts, take } from './take.js';

/** The driver `sriov`: each endpoint has a virtual function of a card, set up by the card itself, whole and to itself, and gives it back as it was. */
export const sriovDriver: Driver<SriovOptions, SriovWish> = {
  name: 'sriov',
  traits: { scope: 'local', addresses: true, single: false, stack: 'own', shared: true, outside: true, limits: false, subnets: 1 },
  options: { network: networkOptions, endpoint: endpointOptions },
  parseNetwork: (raw) => sriovOptions(parseOptions('sriov', networkOptions, raw)),
  parseEndpoint: (raw) => checkWish(parseOptions('sriov', endpointOptions, raw)),
  check: checkOptions,
  realize,
  take,
  network: describeNetwork,
  endpoint: (scene) => describeEndpoint(scene, functionOf(scene)),
  addressing,
  waysOut,
  mayLeadOut: advertisedWays,
  interfacePrefix: ({ prefix }) => prefix,
};

/** That the card shows virtual functions, where that was asked for. */
function describeNetwork({ network, options: { pf } }: Scene<SriovOptions>): readonly Resource[] {
  const show = (network.facts as SriovFacts | null)?.show ?? 0;
  return show > 0 ? [{ kind: 'functions', in: 'host', link: pf, count: show }] : [];
}

function functionOf({ options: { pf }, endpoint, endpointOptions: wish }: EndpointScene<SriovOptions, SriovWish>): MovedResource['vf'] {
  const mac = askedMac(endpoint);
  const { vlan, vlan_qos: qos, spoofchk: spoofCheck, trust, link_state: state, min_tx_rate: minRate, max_tx_rate: maxRate } = wish;
  return {
    pf,
    index: Number(endpoint.facts?.['vf']),
    ...(mac && { mac }),
    ...(vlan !== undefined && { vlan }),
    ...(qos !== undefined && { qos }),
    ...(spoofCheck !== undefined && { spoofCheck }),
    ...(trust !== undefined && { trust }),
    ...(state !== undefined && { state }),
    ...(minRate !== undefined && { minRate }),
    ...(maxRate !== undefined && { maxRate }),
  };
}
