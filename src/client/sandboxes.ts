import type { FairleadError } from '../base/error.js';
import type { RemoveHow, SandboxAsk, SandboxChange } from '../model/asks.js';
import type { Made, Removed, Sandboxes } from '../model/fairlead.js';
import type { Sandbox } from '../model/records.js';
import { errorOf } from './answer.js';
import { RemoteCollection } from './collection.js';
import type { Call } from './transport.js';

/** So many go into one request: a body stays far below what a daemon takes, and progress is heard of. */
const TOGETHER = 64;

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

  async createMany(asks: readonly SandboxAsk[], told: (done: number) => void = () => {}): Promise<readonly Made[]> {
    const made: Made[] = [];
    for (let at = 0; at < asks.length; at += TOGETHER) {
      const sandboxes = asks.slice(at, at + TOGETHER);
      const answered = await this.#call<readonly Answered[]>({ method: 'POST', path: '/v1/sandboxes/many', body: { sandboxes } });
      made.push(...answered.map((each) => ('sandbox' in each ? each : { error: errorOf(each.problem, each.status) as FairleadError })));
      told(made.length);
    }
    return made;
  }

  async removeMany(refs: readonly string[], { settle = true, ...how }: RemoveHow = {}, told: (done: number) => void = () => {}): Promise<readonly Removed[]> {
    const removed: Removed[] = [];
    for (let at = 0; at < refs.length; at += TOGETHER) {
      const sandboxes = refs.slice(at, at + TOGETHER);
      // The last one waits for all.
      const body = { sandboxes, ...how, settle: settle && at + TOGETHER >= refs.length };
      const answered = await this.#call<readonly Gone[]>({ method: 'POST', path: '/v1/sandboxes/remove', body });
      removed.push(...answered.map((each) => ('ref' in each ? each : { error: errorOf(each.problem, each.status) as FairleadError })));
      told(removed.length);
    }
    return removed;
  }
}
