import { asFailure } from '../../base/error.js';
import { type Id, newId } from '../../base/id.js';
import { collect } from '../../base/steps.js';
import { addressCheck } from '../../model/address-check.js';
import type { AskedPort } from '../../model/driver.js';
import type { Endpoint } from '../../model/records.js';
import { askingKey } from '../asking-key.js';
import type { Context } from '../context.js';
import type { AttachRequest } from '../parse/attach.js';
import { type Addressed, addressEndpoint, draftAddressed, type Drafted, releaseEndpoint, reserveEndpoint } from './draft-endpoint.js';

/** Endpoints that have their addresses already, by network. */
export interface Ahead {
  /** The endpoint on this network, if it is one of them: whoever takes it gives it back. */
  draft(request: AttachRequest, ports?: readonly AskedPort[]): Promise<Drafted> | undefined;
  /** Gives back those that nobody took. */
  giveUp(): Promise<void>;
}

/** What is asked for: networks by id, and how each was asked for, read at the head of their queues. */
export interface AheadWish {
  readonly networks: readonly Id[];
  parse(): readonly AttachRequest[];
  readonly name: string | undefined;
  readonly id?: Id;
}

/**
 * Takes addresses on networks whose segment is asked for them, before the operation holds any queue: a server there may be silent for as long as its network
 * lets it, and nobody who wants something else of that network, or of the sandbox's others, is to wait behind that. The endpoint stands among the
 * records meanwhile, so that its name is taken and its network stays. Undefined where no segment is asked: who waits for nothing keeps its place in the queues.
 */
export function askAhead(context: Context, wish: AheadWish): Promise<Ahead> | undefined {
  const asking = wish.networks.filter((each) => asksSegment(context, each));
  return asking.length === 0 ? undefined : ask(context, wish, asking);
}

async function ask(context: Context, { networks, parse, name, id }: AheadWish, asking: readonly Id[]): Promise<Ahead> {
  const waiting: { readonly request: AttachRequest; readonly endpoint: Endpoint }[] = [];
  const had = new Map<Id, Addressed>();
  const held = new Map<Id, () => void>();
  const giveUp = async () => {
    for (const { endpoint } of waiting.splice(0)) context.records.release(endpoint.id);
    const left = [...had.values()];
    had.clear();
    const troubles = await collect(
      left.map(
        ({ endpoint }) =>
          () =>
            releaseEndpoint(context, endpoint),
      ),
    );
    for (const trouble of troubles) context.log.error('addresses are not given back', { error: asFailure(trouble).message });
    for (const release of held.values()) release();
  };
  try {
    await context.queues.run({ shared: networks.map((each) => `network/${each}`) }, async () => {
      for (const request of parse().filter(({ network }) => asking.includes(network.id))) {
        const endpoint = await reserveEndpoint(context, request, name, id ?? newId());
        waiting.push({ request, endpoint });
        held.set(request.network.id, hold(context, askingKey(endpoint.id)));
      }
    });
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const addressed = await addressEndpoint(context, next.request, next.endpoint);
      context.records.reserve(addressed.endpoint);
      had.set(next.request.network.id, addressed);
    }
  } catch (error) {
    await giveUp();
    throw error;
  }
  return {
    draft: (request, ports) => {
      const addressed = had.get(request.network.id);
      had.delete(request.network.id);
      // Whoever takes it holds its network.
      held.get(request.network.id)?.();
      return addressed && draftAddressed(context, request, addressed, ports);
    },
    giveUp,
  };
}

// Holds a queue that nobody else wants, so that whoever looks for what was abandoned sees that this was not. Answers what lets it go.
function hold({ queues }: Context, key: string): () => void {
  let release = (): void => undefined;
  void queues.run({ exclusive: [key] }, () => new Promise<void>((resolve) => (release = resolve)));
  return () => release();
}

function asksSegment({ records, ipams }: Context, id: Id): boolean {
  const network = records.networks.get(id);
  return ipams.get(network.ipam.driver)?.asksSegment === true || addressCheck(network) > 0;
}
