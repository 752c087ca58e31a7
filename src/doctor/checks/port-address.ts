import { failure } from '../../base/error.js';
import type { Ip } from '../../ip/types.js';
import type { Check, DoctorView } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';
import { placeOn, withdrawalCommand } from '../../model/ports.js';
import type { Network, PublishedPort } from '../../model/records.js';
import { isHosts } from '../is-hosts.js';
import { joinedOn } from '../joined.js';

/** Ports whose address the host lost while they were held: a socket stays bound to an address that has gone, and nobody calls it any more. What could not be held again is told by `drift`. */
export const portAddressCheck: Check = {
  name: 'port-address',
  ours: false,
  run: (view) => view.networks.flatMap((network) => [...lostOn(view, network)]),
};

function* lostOn(view: DoctorView, network: Network): Generator<Found> {
  for (const { endpoint, sandbox } of joinedOn(view, network)) {
    for (const port of sandbox.ports) {
      const place = placeOn(port, endpoint, network);
      if (!place || !('host' in place) || isHosts(view.host, place.host) || isMissing(view, port, place.host)) continue;
      const { code } = failure('port-address', { protocol: port.protocol, address: place.host, port: port.port });
      yield {
        code,
        object: `endpoint/${network.name}/${endpoint.name}`,
        problem: `the host has lost ${place.host}, on which ${port.protocol} port ${port.port} is published: calls from outside do not come here any more`,
        mend: `give it back to the host; or withdraw the port: ${withdrawalCommand(port, sandbox.name)}`,
      };
    }
  }
}

const isMissing = ({ differences }: DoctorView, { protocol, port }: PublishedPort, ip: Ip): boolean =>
  differences.some(
    ({ operation }) =>
      operation.do === 'create' &&
      operation.resource.kind === 'held' &&
      operation.resource.protocol === protocol &&
      operation.resource.ip === ip &&
      operation.resource.port === port,
  );
