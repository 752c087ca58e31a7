import { endpointRef, makes, type Operation } from '../operation.js';

/** With force from whatever sandbox it is in: `network disconnect`. */
export const removeEndpoint: Operation = {
  weight: 5,
  draw(random) {
    const ref = endpointRef(random);
    const force = random.once(2);
    const settle = random.once(2);
    return {
      text: `remove endpoint ${ref}${force ? ' by force' : ''}${settle ? ', settled' : ''}`,
      run: ({ client }) => client.endpoints.remove(ref, { force, settle }),
      effects: makes(`endpoint ${ref}`, 'absent'),
    };
  },
};
