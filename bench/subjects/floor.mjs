// The same kernel objects by raw netlink on one thread, with nothing around it: the least that an attachment costs.
import { floor } from '../floor/floor.mjs';
import { serve } from './serve.mjs';

await serve(async () => {
  const raw = floor(`${process.env.FAIRLEAD_BENCH}/floor-${process.pid}`, 'brf', [10, 66]);
  return {
    title: 'floor: raw netlink',
    learns: true,
    attach: async (n) => raw.attach(n),
    detach: async (n) => raw.detach(n),
    async clear(numbers) {
      for (const n of numbers) raw.detach(n);
    },
  };
});
