import { splitInterfaceAddress } from '../../ip/interface-address.js';
import type { Stack } from '../../resource/resource.js';
import type { RouteKind } from './route-operations.js';
import type { Raised } from './settle.js';

/** What a plan sets up, gathered for `settle`. */
export class Raising {
  readonly #raised = new Map<Stack, { readonly links: Map<string, number>; readonly addresses: Raised['addresses'] }>();
  /** The other end of each veth that is made, by its name on the host. */
  readonly #ends = new Map<string, string>();
  readonly #ups = new Set<string>();

  /** This is made; `indexOf` answers the index of a link. */
  take(resource: RouteKind, indexOf: (stack: Stack, link: string) => number): void {
    const raised = this.#raised.get(resource.in) ?? { links: new Map<string, number>(), addresses: [] };
    if (resource.kind === 'up') this.#ups.add(`${resource.in} ${resource.link}`);
    if (resource.kind === 'link' && resource.spec.type === 'veth' && resource.in === 'host')
      this.#ends.set(resource.name, `${resource.spec.peer.in} ${resource.spec.peer.name}`);
    // What is in a sandbox is the other end of one of the host's, and has its carrier as soon as it is up: it comes last.
    if (resource.kind === 'up' && resource.in === 'host') raised.links.set(resource.link, indexOf(resource.in, resource.link));
    else if (resource.kind === 'address' && resource.address.includes(':')) raised.addresses.push(splitInterfaceAddress(resource.address).ip);
    else return;
    this.#raised.set(resource.in, raised);
  }

  /** All that settles by itself. An end that is handed to somebody is down until they have it, and so no carrier is to be awaited at the other. */
  get all(): ReadonlyMap<Stack, Raised> {
    return new Map(
      [...this.#raised].map(([stack, { links, addresses }]) => {
        const lit = [...links].filter(([name]) => stack !== 'host' || this.#ups.has(this.#ends.get(name) ?? `host ${name}`));
        return [stack, { links: new Set(lit.map(([, index]) => index)), addresses }];
      }),
    );
  }
}
