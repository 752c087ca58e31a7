import type { Endpoint, Sandbox } from '../../model/records.js';
import type { Context } from '../context.js';

/**
 * Runs `work` under the queues of a sandbox and of the networks that it is on. What joined while it waited may be on another network:
 * then it waits anew.
 */
export async function withSandbox<T>(context: Context, ref: string, work: (sandbox: Sandbox, endpoints: readonly Endpoint[]) => Promise<T>): Promise<T> {
  const { records, queues } = context;
  const { id } = records.sandboxes.resolve(ref);
  for (;;) {
    const networks = new Set(records.endpointsIn(id).map(({ network }) => network));
    const answer = await queues.run({ exclusive: [`sandbox/${id}`], shared: [...networks].map((each) => `network/${each}`) }, async () => {
      const sandbox = records.sandboxes.get(id);
      const endpoints = records.endpointsIn(id);
      return endpoints.every(({ network }) => networks.has(network)) ? { value: await work(sandbox, endpoints) } : undefined;
    });
    if (answer) return answer.value;
  }
}
