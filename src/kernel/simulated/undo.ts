/** What takes back the steps that were made, last first. */
export class Undo {
  readonly #steps: (() => void)[] = [];

  /** Makes a step and remembers how it is taken back. */
  step(make: () => void, back: () => void): void {
    make();
    this.#steps.push(back);
  }

  /** Puts a value under a key. */
  put<K, V>(map: Map<K, V>, key: K, value: V): void {
    const had = map.has(key);
    const was = map.get(key);
    this.step(
      () => map.set(key, value),
      () => {
        if (had) map.set(key, was as V);
        else map.delete(key);
      },
    );
  }

  /** Takes away what is under a key. */
  drop<K, V>(map: Map<K, V>, key: K): void {
    const was = map.get(key);
    if (was === undefined) return;
    this.step(
      () => map.delete(key),
      () => map.set(key, was),
    );
  }

  /** Adds a member. */
  add<T>(set: Set<T>, member: T): void {
    if (set.has(member)) return;
    this.step(
      () => set.add(member),
      () => set.delete(member),
    );
  }

  /** Removes a member. */
  remove<T>(set: Set<T>, member: T): void {
    if (!set.has(member)) return;
    this.step(
      () => set.delete(member),
      () => set.add(member),
    );
  }

  /** Sets a field. */
  set<T, K extends keyof T>(object: T, field: K, value: T[K]): void {
    const was = object[field];
    this.step(
      () => {
        object[field] = value;
      },
      () => {
        object[field] = was;
      },
    );
  }

  /** Takes everything back. */
  run(): void {
    for (let back = this.#steps.pop(); back; back = this.#steps.pop()) back();
  }
}
