import { endpointRef, makes, type Operation } from '../operation.js';

export const leaveEndpoint: Operation = {
  weight: 4,
  draw(random) {
    const ref = endpointRef(random);
    const settle = random.once(2);
    return {
      text: `leave ${ref}${settle ? ', settled' : ''}`,
      run: ({ client }) => client.endpoints.leave(ref, { settle }),
      effects: makes(`endpoint ${ref}`, 'out'),
    };
  },
};
