import type { Feature } from '../../model/driver.js';
import { innerOf } from '../../model/inner.js';
import { guardElement, guardTable, hostElement } from '../../resource/element.js';

/** An endpoint whose sandbox thinks to be somebody else: what its port translates, both ways. */
export const innerFeature: Feature = {
  name: 'inner',
  endpoint: ({ network, endpoint }) => {
    const inner = innerOf(endpoint);
    const lease = endpoint.leases.find(({ family }) => family === 4);
    if (!inner || !lease || !endpoint.link) return [];
    const port = endpoint.link.outside;
    const gateway = lease.learned?.gateway ?? network.pools.find(({ subnet }) => subnet === lease.subnet)?.gateway;
    return [
      guardTable,
      hostElement('cloned4', lease.ip),
      guardElement('inner', port),
      guardElement('inner4', `${port} . ${inner.ip}`, lease.ip),
      guardElement('outer4', `${port} . ${lease.ip}`, inner.ip),
      ...(inner.mac !== undefined && endpoint.mac !== undefined
        ? [guardElement('inner_mac', `${port} . ${inner.mac}`, endpoint.mac), guardElement('outer_mac', `${port} . ${endpoint.mac}`, inner.mac)]
        : []),
      ...(gateway === undefined
        ? []
        : [guardElement('inner4', `${port} . ${inner.gateway}`, gateway), guardElement('outer_gateway4', `${port} . ${gateway}`, inner.gateway)]),
    ];
  },
};
