import { dnsNames } from '../../model/dns-names.js';
import type { Published } from '../../model/cluster.js';
import type { Endpoint, Sandbox } from '../../model/records.js';

/** What others are told of an endpoint: where it is and what leads there, nothing of how it is made. */
export function published(endpoint: Endpoint, sandbox: Sandbox | undefined, host: string): Published {
  const { link: _, interfaceName: __, links: ___, sandbox: inside, gateway: ____, ...rest } = endpoint;
  const active = endpoint.state === 'active' && sandbox !== undefined;
  return {
    endpoint: { ...rest, host, state: active ? 'active' : 'created', gateway: [], ...(active && inside !== undefined && { sandbox: inside }) },
    names: active ? dnsNames(endpoint, sandbox) : [],
    services: active ? [...new Set(sandbox.ports.map(({ protocol, target }) => `${protocol} ${target}`))] : [],
    ...(active && { sandbox: sandbox.name }),
  };
}
