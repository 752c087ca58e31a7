import { FairleadError, failure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import { type Told, tell } from '../../base/told.js';
import { wantsDescriptor } from '../../base/wants-descriptor.js';
import { withoutDescriptor } from '../../base/without-descriptor.js';
import type { ResolverSockets } from '../../kernel/kernel.js';
import { EADDRINUSE, SystemError } from '../../kernel/linux/io/system-error.js';
import type { ResolvingSandbox } from '../types.js';
import type { Forwarder } from './forwarder.js';
import { Sandbox } from './sandbox.js';
import type { Service } from './service.js';

/** The sandboxes that are served. One that cannot be does not keep the others from it. */
export class Sandboxes {
  readonly #service: Service;
  readonly #forwarder: Forwarder;
  readonly #served = new Map<Id, Sandbox>();

  constructor(service: Service, forwarder: Forwarder) {
    this.#service = service;
    this.#forwarder = forwarder;
  }

  /** Opens, changes and closes; takes over what is open already. Answers those that cannot be served, and why. */
  change(changes: ReadonlyMap<Id, ResolvingSandbox | null>, open: ReadonlyMap<Id, ResolverSockets>): ReadonlyMap<Id, Told> {
    const refused = new Map<Id, Told>();
    // What goes makes room first: its port, and its descriptors.
    for (const [id, told] of changes) if (told === null) this.#close(id);
    for (const [id, told] of changes) {
      if (told === null || (!open.has(id) && this.#served.get(id)?.change(told) === true)) continue;
      this.#close(id);
      try {
        this.#served.set(id, new Sandbox(this.#service, this.#forwarder, told, { thrifty: this.#isThrifty(told), open: open.get(id) }));
      } catch (error) {
        refused.set(id, tell(reasonOf(told, error)));
      }
    }
    this.#service.counts.sandboxes = this.#served.size;
    return refused;
  }

  /** Lets those go whose namespace is no more: our sockets would keep what is left of it. */
  forget(): void {
    for (const id of this.#service.lost) {
      this.#service.log.warn('the namespace of a sandbox is gone; its names are served no longer', { sandbox: id });
      this.#close(id);
    }
    this.#service.lost.clear();
    this.#service.counts.sandboxes = this.#served.size;
  }

  close(): void {
    for (const id of [...this.#served.keys()]) this.#close(id);
  }

  // Who is told to ask by TCP begins with that.
  #isThrifty({ manner }: ResolvingSandbox): boolean {
    return manner?.stream !== true && this.#served.size >= this.#service.limits.streams;
  }

  #close(id: Id): void {
    this.#served.get(id)?.close();
    this.#served.delete(id);
  }
}

function reasonOf({ id, port }: ResolvingSandbox, error: unknown): FairleadError {
  if (FairleadError.is(error)) return error;
  if (!(error instanceof SystemError)) throw error;
  if (wantsDescriptor(error)) return withoutDescriptor(`for the names of sandbox ${id}`, error);
  if (error.errno === EADDRINUSE) return failure('resolver-port-taken', { sandbox: id, port }, { cause: error });
  return failure('resolver-refused', { sandbox: id, port, errno: error.errnoName }, { cause: error });
}
