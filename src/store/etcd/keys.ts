/** The keys of etcd from `key` to before `end`. */
export interface KeyRange {
  readonly key: Buffer;
  readonly range_end: Buffer;
}

/**
 * How a store's keys lie in etcd.
 *
 *     PREFIX/records/KEY          what is stored
 *     PREFIX/commits/LEASE/SLOT   the last commit of a writer: `slot.ts`
 *     PREFIX/past                 which past this is; nothing before it was restored: `history.ts`
 */
export class Keys {
  readonly #records: string;
  readonly #commits: string;
  /** Which past this is. */
  readonly past: Buffer;

  constructor(prefix: string) {
    this.#records = `${prefix}/records/`;
    this.#commits = `${prefix}/commits/`;
    this.past = Buffer.from(`${prefix}/past`);
  }

  record(key: string): Buffer {
    return Buffer.from(this.#records + key);
  }

  slot(lease: string, number: number): Buffer {
    return Buffer.from(`${this.#commits}${lease}/${number}`);
  }

  /** All records whose keys begin so. */
  range(prefix: string): KeyRange {
    return beginningWith(this.record(prefix));
  }

  /** The store's own name of a record; `undefined` where somebody made a key that is no text. */
  nameOf(key: Buffer): string | undefined {
    const text = key.toString();
    return Buffer.from(text).equals(key) ? text.slice(this.#records.length) : undefined;
  }
}

// The end is the beginning with its last byte one higher. Text in UTF-8 has no byte 0xff.
function beginningWith(key: Buffer): KeyRange {
  const end = Buffer.from(key);
  end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return { key, range_end: end };
}
