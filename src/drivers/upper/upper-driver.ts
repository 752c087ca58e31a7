import type { Family } from '../../ip/types.js';
import type { Addressing, Driver, Scene } from '../../model/driver.js';
import { demandedCheck, refuseVainCheck } from '../../model/address-check.js';
import { type CommonEndpointOptions, commonEndpointOptions } from '../../model/endpoint-options.js';
import { type OptionTable, parseOptions } from '../../model/options.js';
import type { Place } from '../../model/ipam.js';
import type { Endpoint, Network } from '../../model/records.js';
import { leasedWays } from '../leased.js';
import { refuseSmallMtu } from '../refuse-small-mtu.js';
import { describeEndpoint, describeNetwork } from './describe.js';
import type { Kind } from './kind.js';
import type { UpperOptions } from './options.js';
import { realize } from './realize.js';
import type { UpperFacts } from './upper-facts.js';

/** What every driver of links upon others has: its own are a name, its options, and the kind. */
export function upperDriver<Table extends OptionTable, N extends UpperOptions>(
  name: string,
  table: Table,
  kind: Kind<N>,
  read: (values: ReturnType<typeof parseOptions<Table>>) => N,
  refuse: (scene: Scene<N>) => void,
): Driver<N, CommonEndpointOptions> {
  return {
    name,
    traits: { scope: 'local', addresses: true, single: false, stack: 'own', shared: true, outside: true, limits: false, subnets: MOST_SUBNETS },
    options: { network: table, endpoint: commonEndpointOptions },
    parseNetwork: (raw) => read(parseOptions(name, table, raw)),
    parseEndpoint: (raw) => parseOptions(name, commonEndpointOptions, raw),
    check: (scene) => {
      refuseSmallMtu(scene);
      checkAsking(kind, scene);
      refuse(scene);
    },
    realize: (scene, host) => realize(kind, scene, host),
    network: (scene) => describeNetwork(kind, scene),
    endpoint: (scene) => describeEndpoint(kind, scene),
    addressing,
    ownMac: (options) => kind.ownMac(options),
    alone: (options) => kind.alone(options),
    interfacePrefix: ({ prefix }) => prefix,
    segment: (network) => segment(kind, read(parseOptions(name, table, network.options)), network),
    wire: (network) => segment(kind, read(parseOptions(name, table, network.options)), network),
    waysOut,
  };
}

// A link has all of them as addresses of its wire; nobody has more.
const MOST_SUBNETS = 64;
/** The gateway is a machine on the wire, and the user's to name. What has no parent leads nowhere. */
const addressing = ({ enabled, parent, hostAccess }: UpperOptions): Addressing => ({
  enabled,
  gateways: [],
  ...(hostAccess && { host: true }),
  ...(parent === undefined && { internal: true }),
});

function checkAsking<N extends UpperOptions>(kind: Kind<N>, { network, options }: Scene<N>): void {
  const milliseconds = demandedCheck(network);
  if (options.parent === undefined) refuseVainCheck(milliseconds, 'without a parent the network leads nowhere', 'leave it out, or name one: -o parent=eth1');
  if (!kind.viaGateway(options)) refuseVainCheck(milliseconds, 'in this mode nobody on the wire is a neighbour', 'leave it out');
}

// In l3 nobody on the wire is heard by all, and what leads nowhere has no wire.
function segment<N extends UpperOptions>(kind: Kind<N>, options: N, { facts }: Network): Place | undefined {
  const { parent } = (facts ?? {}) as Partial<UpperFacts>;
  return parent === undefined || options.parent === undefined || !kind.viaGateway(options) ? undefined : { stack: 'host', link: parent };
}

/** The families of which it has an address: by its gateway, or by the link itself. */
const waysOut = ({ network, endpoint }: Scene & { readonly endpoint: Endpoint }): readonly Family[] =>
  network.internal
    ? []
    : ([4, 6] as const).filter((family) =>
        endpoint.leases.some((lease) => lease.family === family && (!lease.learned || leasedWays(endpoint).includes(family))),
      );
