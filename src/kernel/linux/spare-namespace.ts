import type { Plan, Stack } from '../../resource/resource.js';
import { LOOPBACK_IFINDEX } from './constants/link.js';
import { SystemError } from './libc.js';
import { setLink } from './link/set-link.js';
import { NETLINK_NETFILTER } from './netlink/constants.js';
import { NetlinkSocket } from './netlink-socket.js';
import { newNamespace } from './new-namespace.js';
import { openBoth } from './open-resolver-sockets.js';
import { runTransaction } from './run-transaction.js';
import { closeAll, type Opened, type Stacks } from './stacks.js';

/** A plan of more makes all of its namespaces first, and as many as are open at once (stacks.ts) may be closed before it comes to what is in them. */
const FEW = 16;

/**
 * One namespace more than there are: made behind a reply, so that who asks for one next does not wait while the kernel builds it, which is a third of what an
 * attachment costs. It has no file and no name, ends with this process, and is as empty as any new one, but for what the last one was given:
 * loopback is up, and where it had a resolver there are the table that leads to it and the sockets.
 *
 *     a plan makes namespaces ──► expect ──► take: furnished as this plan wants it? ──► taken ──► replied ──► make
 *                                                        └──► no: the plan makes its own ──────────────────────▲
 */
export class SpareNamespace {
  readonly #stacks: Stacks;
  readonly #instance: string;
  /** The namespaces that the plan at work makes, and the ports of their resolvers. */
  #expected: ReadonlyMap<Stack, number | undefined> = new Map();
  #spare: { readonly opened: Opened; readonly resolver: number | undefined } | undefined;
  /** What the last one was given. */
  #wanted: { readonly resolver: number | undefined } | undefined;

  constructor(stacks: Stacks, instance: string) {
    this.#stacks = stacks;
    this.#instance = instance;
  }

  /** Hears of a plan before it is made. */
  expect(plan: Plan): void {
    this.#expected = expectedBy(plan);
    for (const resolver of this.#expected.values()) this.#wanted = { resolver };
  }

  /** The spare one, if it is what this stack of the plan is to be. The caller's from now on. */
  take(stack: Stack): Opened | undefined {
    const spare = this.#spare;
    if (!spare || this.#expected.size > FEW || spare.resolver !== this.#expected.get(stack)) return undefined;
    this.#spare = undefined;
    return spare.opened;
  }

  /** Whether somebody took one, or wanted another. */
  get lacking(): boolean {
    return this.#wanted !== undefined;
  }

  /** Makes one, if it can: who comes next makes its own otherwise, and hears why not. */
  make(): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (!wanted || (this.#spare && this.#spare.resolver === wanted.resolver)) return;
    this.close();
    try {
      const opened = newNamespace(this.#stacks);
      this.#spare = { opened, resolver: wanted.resolver };
      this.#furnish(opened, wanted.resolver);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.close();
    } finally {
      this.#stacks.enter('host');
    }
  }

  close(): void {
    if (this.#spare) closeAll(this.#spare.opened);
    this.#spare = undefined;
  }

  #furnish(opened: Opened, resolver: number | undefined): void {
    opened.route.transact([setLink(LOOPBACK_IFINDEX, { up: true })]);
    if (resolver === undefined) return;
    opened.rules = NetlinkSocket.open(NETLINK_NETFILTER);
    const table = { kind: 'table', in: 'ns/spare', name: 'fairlead', family: 'inet', skeleton: 'sandbox', resolver } as const;
    const refused = runTransaction(opened.rules, this.#instance, [{ do: 'create', resource: table }]);
    if (refused) throw new SystemError('nft', refused.refusal.errno);
    opened.furnished = { table: 'made', sockets: openBoth(resolver) };
  }
}

// Of those that this plan makes anew.
function expectedBy(plan: Plan): ReadonlyMap<Stack, number | undefined> {
  const expected = new Map<Stack, number | undefined>();
  for (const each of plan) {
    if (each.do !== 'create') continue;
    const { resource } = each;
    if (resource.kind === 'namespace' && resource.adopted === undefined) expected.set(resource.in, undefined);
    else if (resource.kind === 'table' && resource.skeleton === 'sandbox' && expected.has(resource.in)) expected.set(resource.in, resource.resolver);
  }
  return expected;
}
