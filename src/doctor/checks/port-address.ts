import type { Ip } from '../../ip/types.js';
import type { Check, DoctorView } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import { placeOn, withdrawalCommand } from '../../model/ports.js';
import { bindingOf } from '../../model/publishing.js';
import type { Endpoint, Network, PublishedPort, Sandbox } from '../../model/records.js';
import { isHosts } from '../is-hosts.js';
import { joinedOn } from '../joined.js';
import { deviceOf } from '../uplinks.js';

interface Absent {
  readonly network: Network;
  readonly endpoint: Endpoint;
  readonly sandbox: Sandbox;
  readonly port: PublishedPort;
  readonly ip: Ip;
}

/**
 * Ports that are held at an address that no link has: a socket stays bound to an address that has gone, and nobody calls it any more. What could not be held again is told by `drift`, and that
 * a network's own binding is absent by `host-address`.
 */
export const portAddressCheck: Check = {
  name: 'port-address',
  ours: false,
  run: async (view) => {
    const absent = view.networks.flatMap((network) => [...absentOn(view, network)]);
    const ips = [...new Set(absent.map(({ ip }) => ip))];
    const fine = new Set((await Promise.all(ips.map(async (ip) => ((await view.canBind(ip)) ? [ip] : [])))).flat());
    return absent.filter(({ ip }) => !fine.has(ip)).map(finding);
  },
};

function* absentOn(view: DoctorView, network: Network): Generator<Absent> {
  for (const { endpoint, sandbox } of joinedOn(view, network)) {
    for (const port of sandbox.ports) {
      const place = placeOn(port, endpoint, network);
      if (!place || !('host' in place) || isBinding(network, place.host)) continue;
      if (!isHosts(view.host, place.host) && !isMissing(view, port, place.host)) yield { network, endpoint, sandbox, port, ip: place.host };
    }
  }
}

// Of one without a device nobody tells it.
const isBinding = (network: Network, ip: Ip): boolean => ip === bindingOf(network) && deviceOf(network) !== undefined;

const finding = ({ network, endpoint, sandbox, port, ip }: Absent): Found => ({
  code: 'port-address',
  object: `endpoint/${network.name}/${endpoint.name}`,
  problem: `${ip}, on which ${port.protocol} port ${port.port} is published, is no address of this host now: calls from outside do not come here`,
  mend: `give it to the host; or withdraw the port: ${withdrawalCommand(port, sandbox.name)}`,
});

const isMissing = ({ differences }: DoctorView, { protocol, port }: PublishedPort, ip: Ip): boolean =>
  differences.some(
    ({ operation }) =>
      operation.do === 'create' &&
      operation.resource.kind === 'held' &&
      operation.resource.protocol === protocol &&
      operation.resource.ip === ip &&
      operation.resource.port === port,
  );
