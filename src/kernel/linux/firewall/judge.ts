import type { Instruction, Verdict } from './instruction.js';
import type { PacketView } from './packet-view.js';
import { runRule, type Sets } from './run-rule.js';
import { Steps } from './steps.js';

/** The rules of a chain in order; `partial` where there are more than were read. */
export interface Chain {
  readonly rules: readonly (readonly Instruction[])[];
  readonly partial: boolean;
}

/** Finds a chain of the same table by its name. */
export type Chains = (name: string) => Chain | undefined;

/** What may become of a packet: several are possible where it cannot be told. */
export interface Outcome {
  readonly accepted: boolean;
  readonly dropped: boolean;
  /** Nothing was decided: it goes on behind the chain. */
  readonly passed: boolean;
}

const ACCEPTED: Outcome = { accepted: true, dropped: false, passed: false };
const DROPPED: Outcome = { accepted: false, dropped: true, passed: false };
const PASSED: Outcome = { accepted: false, dropped: false, passed: true };
const UNCLEAR: Outcome = { accepted: true, dropped: true, passed: true };

// NFT_JUMP_STACK_SIZE of include/net/netfilter/nf_tables.h.
const DEEPEST = 16;
/** Rules that are run for one packet in one chain at most, unless another limit is given. */
const MOST_STEPS = 50_000;

/** What a chain makes of a packet: beyond the steps that is not known. Never throws, whatever the rules are. */
export function judge(chain: string, chains: Chains, view: PacketView, sets?: Sets, steps = new Steps(MOST_STEPS)): Outcome {
  return new Judge(chains, view, sets, steps).chain(chain, 0);
}

class Judge {
  readonly #chains: Chains;
  readonly #view: PacketView;
  readonly #sets: Sets | undefined;
  readonly #steps: Steps;

  constructor(chains: Chains, view: PacketView, sets: Sets | undefined, steps: Steps) {
    this.#steps = steps;
    this.#sets = sets;
    this.#chains = chains;
    this.#view = view;
  }

  chain(name: string, depth: number): Outcome {
    const chain = depth > DEEPEST ? undefined : this.#chains(name);
    if (!chain) return this.#unclear();
    let so: Outcome = { accepted: false, dropped: false, passed: false };
    for (const rule of chain.rules) {
      if (!this.#steps.take()) return this.#unclear();
      const { verdict, certain } = runRule(rule, this.#view, this.#sets);
      if (!verdict) continue;
      const { outcome, ends } = this.#verdict(verdict, depth);
      so = either(so, ends ? outcome : { ...outcome, passed: false });
      if (certain && (ends || !outcome.passed)) return so;
    }
    return either(so, chain.partial ? this.#unclear() : PASSED);
  }

  // Whatever is done there may mark the packet.
  #unclear(): Outcome {
    this.#view.mark.forget();
    return UNCLEAR;
  }

  // `ends`: nothing behind it in this chain is looked at.
  #verdict(verdict: Verdict, depth: number): { readonly outcome: Outcome; readonly ends: boolean } {
    switch (verdict.is) {
      case 'accept':
        return { outcome: ACCEPTED, ends: true };
      case 'drop':
        return { outcome: DROPPED, ends: true };
      case 'return':
        return { outcome: PASSED, ends: true };
      case 'goto':
        return { outcome: this.chain(verdict.chain, depth + 1), ends: true };
      case 'jump':
        return { outcome: this.chain(verdict.chain, depth + 1), ends: false };
      case 'unclear':
        return { outcome: this.#unclear(), ends: false };
    }
  }
}

const either = (a: Outcome, b: Outcome): Outcome => ({
  accepted: a.accepted || b.accepted,
  dropped: a.dropped || b.dropped,
  passed: a.passed || b.passed,
});
