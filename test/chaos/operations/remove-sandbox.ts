import type { State, Thing } from '../model.js';
import { type Operation, SANDBOXES } from '../operation.js';

/** Its endpoints go with it. */
export const removeSandbox: Operation = {
  weight: 9,
  draw(random) {
    const name = random.pick(SANDBOXES);
    const settle = random.once(2);
    return {
      text: `remove sandbox ${name}${settle ? ', settled' : ''}`,
      run: ({ client }) => client.sandboxes.remove(name, { settle }),
      effects: (model) => {
        const effects = new Map<Thing, State | 'unknown'>([[`sandbox ${name}`, 'absent']]);
        for (const [thing, state] of model.list()) if (state === `in ${name}`) effects.set(thing, 'absent');
        return effects;
      },
    };
  },
};
