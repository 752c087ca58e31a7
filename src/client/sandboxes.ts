import { asFailure, FairleadError } from '../base/error.js';
import type { CallHow, RemoveHow, SandboxAsk, SandboxChange } from '../model/asks.js';
import type { Made, Removed, Sandboxes } from '../model/fairlead.js';
import type { Sandbox } from '../model/records.js';
import { waiting, within } from '../model/within.js';
import { errorOf } from './answer.js';
import { RemoteCollection } from './collection.js';
import { inBatches } from './in-batches.js';
import type { Call } from './transport.js';

/** One of many as the daemon answers it. */
type Answered = { readonly sandbox: Sandbox } | Refused;
type Gone = { readonly ref: string } | Refused;
interface Refused {
  readonly status: number;
  readonly problem: unknown;
}

/** The sandboxes of the daemon. */
export class RemoteSandboxes extends RemoteCollection<Sandbox, SandboxAsk, SandboxChange> implements Sandboxes {
  readonly #call: Call;

  constructor(call: Call) {
    super(call, 'sandbox', '/v1/sandboxes');
    this.#call = call;
  }

  createMany(asks: readonly SandboxAsk[], told?: (done: number) => void, how?: CallHow): Promise<readonly Made[]> {
    return waiting(how, async (signal) => {
      const send = (sandboxes: readonly SandboxAsk[]) =>
        orEach(
          async (): Promise<readonly Made[]> => {
            const answered = await this.#call<readonly Answered[]>({ method: 'POST', path: '/v1/sandboxes/many', body: { sandboxes }, signal });
            return answered.map((each) => ('sandbox' in each ? each : refused(each)));
          },
          sandboxes,
          async (ask) => ({ sandbox: await this.create(ask, { signal }) }),
        );
      return inBatches(asks, send, { told, signal });
    });
  }

  removeMany(refs: readonly string[], how?: RemoveHow & CallHow, told?: (done: number) => void): Promise<readonly Removed[]> {
    return within(how, async (signal, { settle = true, ...rest }) => {
      const send = async (sandboxes: readonly string[], last: boolean) => {
        // The last request waits for all.
        const body = { ...rest, settle: settle && last };
        const together = async (): Promise<readonly Removed[]> => {
          const answered = await this.#call<readonly Gone[]>({ method: 'POST', path: '/v1/sandboxes/remove', body: { sandboxes, ...body }, signal });
          return answered.map((each) => ('ref' in each ? each : refused(each)));
        };
        return orEach(together, sandboxes, async (ref) => {
          await this.remove(ref, { ...body, signal });
          return { ref };
        });
      };
      return inBatches(refs, send, { told, signal });
    });
  }
}

// What is said of an ask that is of no form: by the daemon, or where it cannot be sent.
const OF_FORM: ReadonlySet<string> = new Set(['body-invalid', 'value-invalid']);

/** All in one request. Where one of them is of no form, the whole is refused and nothing was begun: then each by itself, and only that one is refused. */
async function orEach<Item, Outcome>(
  together: () => Promise<readonly Outcome[]>,
  items: readonly Item[],
  alone: (item: Item) => Promise<Outcome>,
): Promise<readonly (Outcome | { readonly error: FairleadError })[]> {
  try {
    return await together();
  } catch (error) {
    if (!FairleadError.is(error) || !OF_FORM.has(error.code)) throw error;
  }
  const outcomes: (Outcome | { readonly error: FairleadError })[] = [];
  for (const item of items) outcomes.push(await alone(item).catch((error: unknown) => ({ error: asFailure(error) })));
  return outcomes;
}

const refused = ({ problem, status }: Refused) => ({ error: errorOf(problem, status) as FairleadError });
