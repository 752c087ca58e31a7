/** An object by the names that users gave it: `network n1`, `sandbox s2`, `endpoint n1/e3`, `port tcp 0.0.0.0:9000`. */
export type Thing = `${'network' | 'sandbox' | 'endpoint' | 'port'} ${string}`;

/** What is true of an object: a network or a sandbox is `there`, an endpoint `out` or in a sandbox, as is a port that is published. */
export type State = 'absent' | 'there' | 'out' | `in ${string}`;

interface Known {
  /** `unknown` until the next look: an answer did not come, or two requests overlapped. */
  state: State | 'unknown';
  /** When it was last decided, and how. */
  decided: { readonly at: number; readonly state: State | 'unknown' }[];
}

/** One request on its way. */
export interface Flight {
  readonly begun: number;
}

/**
 * What was acknowledged. Requests overlap, so time is counted in begins and ends: an acknowledged request decides what is true of an
 * object if no other decided otherwise while it was on its way; else that is unknown until somebody looks.
 */
export class Model {
  readonly #known = new Map<Thing, Known>();
  #time = 0;

  begin(): Flight {
    return { begun: ++this.#time };
  }

  /** It was acknowledged. `also` are objects that its outcome depends on: decided meanwhile, they leave it unknown. */
  acknowledge(flight: Flight, effects: ReadonlyMap<Thing, State | 'unknown'>, also: readonly Thing[] = []): void {
    const at = ++this.#time;
    const doubtful = also.some((thing) => this.#since(thing, flight.begun).length > 0);
    for (const [thing, state] of effects) {
      const overlapped = this.#since(thing, flight.begun).some((each) => each.state !== state);
      this.#decide(thing, at, doubtful || overlapped ? 'unknown' : state);
    }
  }

  /** Its answer never came. */
  lose(things: Iterable<Thing>): void {
    const at = ++this.#time;
    for (const thing of things) this.#decide(thing, at, 'unknown');
  }

  stateOf(thing: Thing): State | 'unknown' {
    return this.#known.get(thing)?.state ?? 'absent';
  }

  /** Everything that is not known to be absent. */
  list(): readonly (readonly [Thing, State | 'unknown'])[] {
    return [...this.#known].map(([thing, { state }]) => [thing, state] as const).filter(([, state]) => state !== 'absent');
  }

  /** Nothing is on its way, and this is what is there. Answers what contradicts what was acknowledged. */
  settle(actual: ReadonlyMap<Thing, State>): readonly string[] {
    const wrong: string[] = [];
    for (const thing of new Set([...this.#known.keys(), ...actual.keys()])) {
      const [said, is] = [this.stateOf(thing), actual.get(thing) ?? 'absent'];
      if (said !== 'unknown' && said !== is) wrong.push(`${thing} was acknowledged as ${said} and is ${is}`);
    }
    this.#known.clear();
    for (const [thing, state] of actual) this.#known.set(thing, { state, decided: [] });
    return wrong;
  }

  #since(thing: Thing, begun: number) {
    return this.#known.get(thing)?.decided.filter(({ at }) => at > begun) ?? [];
  }

  #decide(thing: Thing, at: number, state: State | 'unknown'): void {
    const known = this.#known.get(thing) ?? { state: 'absent', decided: [] };
    known.state = state;
    known.decided.push({ at, state });
    this.#known.set(thing, known);
  }
}
