import { makes, ownNetwork, type Operation } from '../operation.js';

const ICC = 'com.docker.network.bridge.enable_icc';

/** Networks of all sorts: with and without IPv6, internal, with sandboxes kept apart, large and tiny. */
export const createNetwork: Operation = {
  weight: 6,
  draw(random) {
    const name = ownNetwork(random);
    const tiny = random.once(4);
    const ask = {
      name,
      ipv6: random.once(2),
      internal: random.once(3),
      options: random.once(4) ? { [ICC]: 'false' } : {},
      ...(tiny && { ipv6: false, ipam: { config: [{ subnet: `10.200.0.${8 * random.below(4)}/29` }] } }),
    };
    return {
      text: `create network ${JSON.stringify(ask)}`,
      run: ({ client }) => client.networks.create(ask),
      effects: makes(`network ${name}`, 'there'),
    };
  },
};
