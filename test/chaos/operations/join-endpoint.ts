import { endpointRef, makes, SANDBOXES, type Operation } from '../operation.js';

export const joinEndpoint: Operation = {
  weight: 6,
  draw(random) {
    const [ref, sandbox] = [endpointRef(random), random.pick(SANDBOXES)];
    return {
      text: `join ${ref} to ${sandbox}`,
      run: ({ client }) => client.endpoints.join(ref, sandbox),
      effects: makes(`endpoint ${ref}`, `in ${sandbox}`),
      also: [`sandbox ${sandbox}`],
    };
  },
};
