/** Numbers from `first` to `last`, both of them in it. */
export interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * An ordered set of numbers, kept as ranges: sorted, disjoint, and never adjacent (they are joined). Finding is by binary
 * search over the ranges, so that its cost does not grow with how many numbers stand in a row.
 */
export class RangeSet implements Iterable<Range> {
  readonly #ranges: Range[] = [];
  #size = 0n;

  /** How many numbers are in it. */
  get size(): bigint {
    return this.#size;
  }

  /** Puts the numbers from `first` to `last` in. Those that are there already stay. */
  add(first: bigint, last = first): void {
    if (last < first) return;
    const from = this.#search(first - 1n);
    let to = from;
    let [low, high] = [first, last];
    for (let range = this.#ranges[to]; range && range.first <= last + 1n; range = this.#ranges[++to]) {
      if (range.first < low) low = range.first;
      if (range.last > high) high = range.last;
    }
    this.#replace(from, to, [{ first: low, last: high }]);
  }

  /** Takes the numbers from `first` to `last` out, those that are there. */
  delete(first: bigint, last = first): void {
    if (last < first) return;
    const from = this.#search(first);
    const rest: Range[] = [];
    let to = from;
    for (let range = this.#ranges[to]; range && range.first <= last; range = this.#ranges[++to]) {
      if (range.first < first) rest.push({ first: range.first, last: first - 1n });
      if (range.last > last) rest.push({ first: last + 1n, last: range.last });
    }
    this.#replace(from, to, rest);
  }

  /** Whether the number is in it. */
  has(number: bigint): boolean {
    const range = this.rangeFrom(number);
    return range !== undefined && range.first <= number;
  }

  /** The first range that has a number at `from` or behind it. */
  rangeFrom(from: bigint): Range | undefined {
    return this.#ranges[this.#search(from)];
  }

  /** The lowest number from `from` to `last` that is not in it. */
  firstFree(from: bigint, last: bigint): bigint | undefined {
    const range = this.rangeFrom(from);
    const free = range && range.first <= from ? range.last + 1n : from;
    return free <= last ? free : undefined;
  }

  /** The ranges, in order. */
  [Symbol.iterator](): Iterator<Range> {
    return this.#ranges.values();
  }

  // The index of the first range that ends at `number` or behind it.
  #search(number: bigint): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const range = this.#ranges[middle];
      if (range && range.last < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // The ranges from index `from` to before `to` become `ranges`. One for one, the usual case, moves nothing in the array.
  #replace(from: number, to: number, ranges: readonly Range[]): void {
    for (let index = from; index < to; index++) this.#size -= count(this.#ranges[index]);
    for (const range of ranges) this.#size += count(range);
    const [only] = ranges;
    if (only && ranges.length === 1 && to === from + 1) this.#ranges[from] = only;
    else this.#ranges.splice(from, to - from, ...ranges);
  }
}

const count = (range: Range | undefined): bigint => (range ? range.last - range.first + 1n : 0n);
