/**
 * Names of what is being made and may not stand among the records yet: first its process is looked at, its subnet or a plugin is asked for, a queue is waited
 * for. Whoever removes it by such a name waits for that; to be told that there is none would leave them with it a moment later.
 */
export class Coming {
  readonly #makings = new Map<string, Set<Promise<unknown>>>();

  /** Does `make`, which makes something of this name, if it is given one. */
  during<T>(name: string | undefined, make: () => Promise<T>): Promise<T> {
    const making = make();
    if (name === undefined) return making;
    const makings = this.#makings.get(name) ?? new Set();
    this.#makings.set(name, makings.add(making));
    const over = () => {
      makings.delete(making);
      if (makings.size === 0 && this.#makings.get(name) === makings) this.#makings.delete(name);
    };
    making.then(over, over);
    return making;
  }

  /** Settles when what is being made of this name by now is there, or is not made. Undefined where nothing is. */
  past(name: string): Promise<unknown> | undefined {
    const makings = this.#makings.get(name);
    return makings && Promise.allSettled(makings);
  }
}
