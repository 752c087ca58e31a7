import type { State, Thing } from '../model.js';
import { NETWORKS, type Operation, SANDBOXES } from '../operation.js';

/** A sandbox with none, one or several networks: all of it, or nothing. */
export const createSandbox: Operation = {
  weight: 10,
  draw(random) {
    const name = random.pick(SANDBOXES);
    const networks = random.some(NETWORKS, 3);
    const effects = new Map<Thing, State>([[`sandbox ${name}`, 'there']]);
    for (const network of networks) effects.set(`endpoint ${network}/${name}`, `in ${name}`);
    return {
      text: `create sandbox ${name} on ${networks.join(', ') || 'nothing'}`,
      run: ({ client }) => client.sandboxes.create({ name, networks: networks.map((network) => ({ network })) }),
      effects: () => effects,
      also: [`sandbox ${name}`],
    };
  },
};
