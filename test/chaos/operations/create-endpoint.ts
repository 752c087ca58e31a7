import { ENDPOINTS, makes, NETWORKS, SANDBOXES, type Operation } from '../operation.js';

/** An endpoint by itself, or joined at once: `network connect`. */
export const createEndpoint: Operation = {
  weight: 8,
  draw(random) {
    const [network, name] = [random.pick(NETWORKS), random.pick(ENDPOINTS)];
    const sandbox = random.once(2) ? random.pick(SANDBOXES) : undefined;
    return {
      text: `create endpoint ${network}/${name}${sandbox ? ` in ${sandbox}` : ''}`,
      run: ({ client }) => client.endpoints.create({ network, name, ...(sandbox && { sandbox }) }),
      effects: makes(`endpoint ${network}/${name}`, sandbox ? `in ${sandbox}` : 'out'),
      also: sandbox ? [`sandbox ${sandbox}`] : [],
    };
  },
};
