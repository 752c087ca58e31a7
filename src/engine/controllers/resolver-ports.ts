import { asFailure, type FairleadError } from '../../base/error.js';
import { type Id, randomHex } from '../../base/id.js';
import type { Context } from '../context.js';
import { sandboxClaim } from '../describe.js';

/** So many ports are tried for a sandbox, beside its first. */
const ATTEMPTS = 8;

/** Other ports for resolvers of sandboxes in which programs have the one that was chosen. */
export class ResolverPorts {
  readonly #world: Pick<Context, 'records' | 'ledger'>;
  /** How often each sandbox's resolver had to choose another. */
  readonly #moves = new Map<Id, number>();

  constructor(world: Pick<Context, 'records' | 'ledger'>) {
    this.#world = world;
  }

  /** Chooses another port for a sandbox's resolver, and records it. Answers what is in the way: `taken`, when it has had its attempts. */
  async move(id: Id, taken: FairleadError): Promise<FairleadError | undefined> {
    const { records, ledger } = this.#world;
    const sandbox = records.sandboxes.find(id);
    const moves = (this.#moves.get(id) ?? 0) + 1;
    if (!sandbox || moves > ATTEMPTS) return taken;
    this.#moves.set(id, moves);
    const moved = { ...sandbox, resolver: randomPort() };
    try {
      await ledger.declare(new Map([sandboxClaim(moved)]));
      await records.keep({ sandboxes: [moved] });
      return undefined;
    } catch (error) {
      return asFailure(error);
    }
  }

  /** It is no longer. */
  forget(id: Id): void {
    this.#moves.delete(id);
  }
}

// A port that no program gets by chance: below the kernel's ephemeral range, which begins at 32768.
const randomPort = (): number => 0x4000 + (Number.parseInt(randomHex(4), 16) & 0x3fff);
