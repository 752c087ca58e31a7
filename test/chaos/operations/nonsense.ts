import { NETWORKS, type Operation } from '../operation.js';

/** Requests that can only be refused. One that is not is a failure. */
export const nonsense: Operation = {
  weight: 3,
  draw(random) {
    const what = random.below(6);
    const network = random.pick(NETWORKS);
    return {
      text: `nonsense ${what} with ${network}`,
      run: async ({ client }) => {
        const asks = [
          () => client.networks.create({ name: 'x', ipam: { config: [{ subnet: '10.0.0.0/33' }] } }),
          () => client.networks.create({ name: 'x', driver: 'bride' }),
          () => client.networks.remove('bridge'),
          () => client.sandboxes.create({ name: 'x', netns: '/etc/passwd' }),
          () => client.endpoints.create({ network, name: 'x', ip: '203.0.113.9' }),
          () => client.sandboxes.create({ name: 'x', networks: [{ network }, { network }] }),
        ];
        await asks[what]?.();
        throw new Error('this was to be refused');
      },
    };
  },
};
