import type { Facts } from '../../base/json.js';
import type { AskedPort } from '../../model/driver.js';
import type { Endpoint, Sandbox } from '../../model/records.js';

/** What the plugins are told of a container beside their configuration, by capability: each hears what it declares (CNI's conventions). */
export function capabilityArgs({ mac, aliases }: Endpoint, { dns }: Sandbox, ports: readonly AskedPort[], wished: Facts): Facts {
  const { servers, search = [], options = [] } = dns;
  return {
    ...(ports.length > 0 && { portMappings: ports.map(mapping) }),
    ...(mac !== undefined && { mac }),
    ...(aliases.length > 0 && { aliases }),
    ...(servers.length + search.length + options.length > 0 && { dns: { servers, searches: search, options } }),
    ...wished,
  };
}

const mapping = ({ protocol, ip, port, target }: AskedPort): Facts => ({
  hostPort: port,
  containerPort: target,
  protocol,
  ...(ip !== undefined && { hostIP: ip }),
});
