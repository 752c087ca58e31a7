import { failure } from '../../base/error.js';
import type { Endpoint } from '../../model/records.js';
import type { Context } from '../context.js';

/**
 * Runs `work` under the queues of an endpoint, its network and the sandboxes concerned. Which sandbox that is may change while
 * waiting: then it waits anew.
 */
export async function withEndpoint<T>(context: Context, ref: string, work: (endpoint: Endpoint) => Promise<T>, other?: string): Promise<T> {
  const { records, queues } = context;
  for (;;) {
    const { id, network, sandbox } = records.endpoints.resolve(ref);
    const sandboxes = [sandbox, other].flatMap((each) => (each === undefined ? [] : [`sandbox/${each}`]));
    const keys = { shared: [`network/${network}`], exclusive: [`endpoint/${id}`, ...sandboxes] };
    const answer = await queues.run(keys, async () => {
      const endpoint = records.endpoints.get(id);
      if (endpoint.state === 'creating') throw failure('object-busy', { kind: 'endpoint', name: endpoint.name, what: 'created' });
      return endpoint.sandbox === sandbox ? { value: await work(endpoint) } : undefined;
    });
    if (answer) return answer.value;
  }
}
