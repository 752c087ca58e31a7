import { NETWORKS, type Operation, SANDBOXES } from '../operation.js';

/** What changes nothing: lists, single objects, explanations, the doctor. */
export const look: Operation = {
  weight: 5,
  draw(random) {
    const what = random.below(6);
    const [network, sandbox] = [random.pick(NETWORKS), random.pick(SANDBOXES)];
    return {
      text: `look ${what} at ${network}, ${sandbox}`,
      run: ({ client }): Promise<unknown> => {
        const looks = [
          () => client.networks.list(),
          () => client.endpoints.list(),
          () => client.networks.get(network),
          () => client.sandboxes.get(sandbox),
          () => client.explain(`sandbox/${sandbox}`),
          () => client.doctor(),
        ];
        return looks[what]?.() ?? Promise.resolve();
      },
    };
  },
};
