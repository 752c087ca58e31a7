import type { Network } from '../../model/records.js';
import type { Context } from '../context.js';

/**
 * Runs `work` under the queues of a network and of the sandboxes on it: the ways out of a sandbox change with its other networks, so
 * its endpoints are described anew only while nothing else does. What joined while it waited is another sandbox: then it waits anew.
 */
export async function withNetwork<T>(context: Context, ref: string, work: (network: Network) => Promise<T>): Promise<T> {
  const { records, queues } = context;
  const { id } = records.networks.resolve(ref);
  for (;;) {
    const sandboxes = sandboxesOn(context, id);
    const answer = await queues.run({ exclusive: [`network/${id}`, ...sandboxes] }, async () => {
      const network = records.networks.get(id);
      return sandboxesOn(context, id).every((each) => sandboxes.includes(each)) ? { value: await work(network) } : undefined;
    });
    if (answer) return answer.value;
  }
}

const sandboxesOn = ({ records }: Context, id: string): readonly string[] =>
  records.endpointsOf(id).flatMap(({ sandbox }) => (sandbox === undefined ? [] : [`sandbox/${sandbox}`]));
