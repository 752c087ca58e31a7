import { type Operation, ownNetwork, SANDBOXES } from '../operation.js';

const LISTS = [['none'], ['all'], ['192.0.2.0/23', 'fd00::/9'], ['0.0.0.0/0', '169.254.169.254'], ['198.51.100.7']];

/** Where a sandbox may send, or all on a network; back to how it was, too. Neighbours talk all the same, and who calls first is answered. */
export const limitEgress: Operation = {
  weight: 4,
  draw(random) {
    const egress = random.once(3) ? null : random.pick(LISTS);
    const [what, name] = random.once(2) ? (['networks', ownNetwork(random)] as const) : (['sandboxes', random.pick(SANDBOXES)] as const);
    return { text: `limit ${what} ${name} to ${JSON.stringify(egress)}`, run: ({ client }) => client[what].update(name, { egress }) };
  },
};
