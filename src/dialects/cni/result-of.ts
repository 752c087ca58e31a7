import type { Facts } from '../../base/json.js';
import { defaultGateway } from '../../model/default-gateway.js';
import { isLinkless } from '../../model/linkless.js';
import { MTU, mtuOf as plainMtu } from '../../model/mtu.js';
import { outsideMac } from '../../model/outside-mac.js';
import type { Endpoint, Network } from '../../model/records.js';
import { knownPrefix, prefixFamily } from '../../ip/prefix.js';
import type { Attachment } from '../../cni/wire/environment.js';
import { type CniDns, type CniInterface, type CniResult, type CniRoute, emptyResult } from '../../cni/wire/result.js';
import { groundOf, isDefault } from './network-ask.js';
import type { Wish } from './wish.js';

/** What was made for one attachment. */
export interface Made {
  readonly network: Network;
  readonly endpoint: Endpoint;
  readonly about: Attachment;
  readonly wish: Wish;
  readonly given: CniResult | undefined;
  /** What the runtime brought along. */
  readonly dns: CniDns | undefined;
  readonly resolves: boolean;
}

const RESOLVER = '127.0.0.11';

/** It as a result, behind what plugins before this one made. */
export function resultOf(made: Made, previous: CniResult = emptyResult): CniResult {
  const interfaces = [...previous.interfaces, ...hostLinks(made), ...own(made)];
  return {
    interfaces,
    ips: [...previous.ips, ...addresses(made, interfaces.length - 1)],
    routes: [...previous.routes, ...routes(made)],
    dns: names(made, previous.dns),
  };
}

// The bridge and the host's end of the container's link, where there are such.
function hostLinks({ network, endpoint }: Made): readonly CniInterface[] {
  if (network.driver !== 'bridge' || !endpoint.link) return [];
  const { device, mac } = network.facts ?? {};
  const outer = outsideMac(endpoint, network.facts?.['borrowed'] !== undefined);
  return [
    ...(typeof device === 'string' ? [{ name: device, ...(typeof mac === 'string' && { mac }), ...mtuOf(network) }] : []),
    { name: endpoint.link.outside, ...(outer && { mac: outer }), ...mtuOf(network) },
  ];
}

const own = ({ network, endpoint, about }: Made): readonly CniInterface[] =>
  endpoint.link && !isLinkless(network)
    ? [
        {
          name: endpoint.link.inside,
          ...(endpoint.mac && { mac: endpoint.mac }),
          ...mtuOf(network),
          ...(about.netns !== undefined && { sandbox: about.netns }),
        },
      ]
    : [];

// As the links were made: a bridge of others and a parent say what theirs is, else the driver's own word is unknown here, and so is what a DHCP server said of a link upon a parent.
function mtuOf(network: Network): Pick<CniInterface, 'mtu'> {
  const { parentMtu, borrowed } = network.facts ?? {};
  const found = parentMtu ?? (borrowed as Facts | undefined)?.['mtu'];
  const isKnown = network.driver === 'bridge' || (typeof found === 'number' && !network.pools.some(({ outside }) => outside));
  if (network.options[MTU] === undefined && !isKnown) return {};
  return { mtu: network.options[MTU] === undefined && typeof found === 'number' ? found : plainMtu(network) };
}

function addresses({ network, endpoint }: Made, index: number): CniResult['ips'] {
  return endpoint.leases.map(({ address, subnet, learned }) => {
    const gateway = learned ? learned.gateway : network.pools.find((pool) => pool.subnet === subnet)?.gateway;
    return { address, ...(gateway !== undefined && { gateway }), ...(index >= 0 && { interface: index }) };
  });
}

// Those that addresses bring, and the way out where it is another. Of a container that somebody else leads outside this is none.
function routes({ network, endpoint, wish, given }: Made): readonly CniRoute[] {
  const said = groundOf(wish, given)
    .routes.filter((route) => !endpoint.link || !isDefault(route) || endpoint.gateway.includes(prefixFamily(route.to)))
    .map(({ to, via }): CniRoute => ({ dst: to, ...(via !== undefined && { gw: via }) }));
  const out = endpoint.gateway
    .filter((family) => !said.some(({ dst }) => isDefault({ to: dst }) && dst.includes(':') === (family === 6)))
    .map((family): CniRoute => {
      const pool = network.pools.find((each) => each.family === family);
      const gw = pool && defaultGateway(pool);
      return { dst: knownPrefix(family === 4 ? '0.0.0.0/0' : '::/0'), ...(gw !== undefined && { gw }) };
    });
  return [...said, ...out];
}

// The administrator's word, the runtime's, the IPAM plugin's; and the resolver that knows the network's own names where nobody says anything.
function names({ wish, dns, given, network, resolves }: Made, before: CniDns): CniDns {
  const said = [wish.dns, dns, given?.dns].find((each) => each && each.nameservers.length > 0);
  if (said) return said;
  const rest = wish.dns ?? dns ?? given?.dns ?? emptyResult.dns;
  const nameservers = before.nameservers.length > 0 ? before.nameservers : resolves && network.pools.length > 0 ? [RESOLVER] : [];
  return { ...rest, nameservers };
}
