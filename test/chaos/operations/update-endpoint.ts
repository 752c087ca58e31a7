import { endpointRef, type Operation } from '../operation.js';

/** Another rank among the ways out of its sandbox. */
export const updateEndpoint: Operation = {
  weight: 3,
  draw(random) {
    const ref = endpointRef(random);
    const gatewayPriority = random.below(3) - 1;
    return { text: `update ${ref}: priority ${gatewayPriority}`, run: ({ client }) => client.endpoints.update(ref, { gatewayPriority }) };
  },
};
