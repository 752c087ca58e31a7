import { failure } from '../../src/base/error.js';
import type { Driver } from '../../src/model/driver.js';
import { parseOptions } from '../../src/model/options.js';

/** The smallest driver of networks of global scope: a bridge on each host that uses one, and a neighbour entry for each endpoint elsewhere. */
export const sharedDriver: Driver = {
  name: 'shared',
  traits: { scope: 'global', addresses: true, single: false, stack: 'own', shared: true, limits: false, subnets: 1, outside: true },
  options: { network: {}, endpoint: {} },
  parseNetwork: (raw) => parseOptions('shared', {}, raw),
  parseEndpoint: (raw) => parseOptions('shared', {}, raw),
  agree: (_, taken) => {
    for (let number = 1; number < 1000; number++) if (!taken.has(`number/${number}`)) return { facts: { number }, claims: [`number/${number}`] };
    throw failure('internal', { reason: 'no number is left' });
  },
  realize: ({ network }) => ({ device: `sh-${network.id.slice(0, 8)}` }),
  network: ({ network: { facts } }) => [{ kind: 'link', in: 'host', name: String(facts?.['device']), spec: { type: 'bridge' } }],
  endpoint: ({ network, endpoint, sandbox }) =>
    endpoint.link
      ? [
          {
            kind: 'link',
            in: 'host',
            name: endpoint.link.outside,
            spec: { type: 'veth', peer: { in: sandbox.stack, name: endpoint.link.inside, ...(endpoint.mac && { mac: endpoint.mac }) } },
            master: String(network.facts?.['device']),
          },
          ...endpoint.leases.map(({ address }) => ({ kind: 'address', in: sandbox.stack, link: endpoint.link?.inside ?? '', address }) as const),
        ]
      : [],
  peer: ({ network }, { endpoint }) =>
    endpoint.leases.map(
      ({ ip }) => ({ kind: 'neighbour', in: 'host', link: String(network.facts?.['device']), ip, mac: endpoint.mac ?? ('' as never) }) as const,
    ),
};
