import { makes, ownNetwork, type Operation } from '../operation.js';

export const removeNetwork: Operation = {
  weight: 4,
  draw(random) {
    const name = ownNetwork(random);
    const settle = random.once(2);
    return {
      text: `remove network ${name}${settle ? ', settled' : ''}`,
      run: ({ client }) => client.networks.remove(name, { settle }),
      effects: makes(`network ${name}`, 'absent'),
    };
  },
};
