import { randomHex } from '../../base/id.js';
import type { Log } from '../../base/log.js';
import type { Past, Revision } from '../store.js';
import type { Link } from './link.js';
import { calls, type Header } from './protocol.js';

/**
 * Whether the etcd that answers has what it had. Its revisions only grow, unless it was restored from a copy: whoever sees that they have gone back
 * says so by a key, before anything else is written there. Others are told by that key, however far the revisions are by the time when they look.
 * The copy may be from before that key was written: so pasts have numbers, and whoever knows a later one than there is says so as well.
 *
 *     one past ── a new link, and revisions or the number have gone back ──▶ a key is written ──▶ another past
 *         └────── a new link, and somebody has written it ────────────────────────────────────────────┘
 */
export class History {
  readonly #key: Buffer;
  readonly #turned: () => void;
  readonly #log: Log;
  #cluster: string | undefined;
  #id: string | undefined;
  #revision: Revision = 0;
  #turns = 0;

  /** `turned` is called when it is another past. */
  constructor(key: Buffer, turned: () => void, log: Log) {
    this.#key = key;
    this.#turned = turned;
    this.#log = log;
  }

  /** As far as it was seen. */
  get past(): Past {
    return { id: this.#id ?? '', revision: this.#revision };
  }

  /** How often it has become another one. */
  get turns(): number {
    return this.#turns;
  }

  /** An answer began with this. */
  heard({ revision }: Header): void {
    this.#revision = Math.max(this.#revision, Number(revision));
  }

  /**
   * Reads through the quorum, so that a member which is cut off from the others cannot answer, which past this member knows. What was heard before counts,
   * and what an earlier process did, where that is `known`. Throws where it is of another etcd than the one before.
   */
  async look(link: Link, milliseconds: number, known?: Past): Promise<void> {
    // Others may hear more meanwhile, or see that it is another past.
    const [before, turns] = [[...(known ? [known] : []), ...(this.#id === undefined ? [] : [this.past])], this.#turns];
    const { header, kvs } = await link.call(calls.range, { key: this.#key, limit: 1 }, milliseconds);
    this.#cluster ??= header.cluster_id;
    if (header.cluster_id !== this.#cluster)
      throw new Error(`${link.endpoint} is another etcd than the one before; where that was restored from a copy, start this daemon anew`);
    const [id, revision] = [kvs[0]?.value.toString() ?? '', Number(header.revision)];
    if (before.some((past) => (past.id === id ? revision < past.revision : numberOf(id) <= numberOf(past.id)))) {
      // Whoever comes first says it for all.
      const next = 1 + Math.max(...[id, ...before.map((past) => past.id)].map(numberOf));
      await this.#mark(link, `${next}.${randomHex(16)}`, Number(kvs[0]?.mod_revision ?? 0), milliseconds);
      return this.look(link, milliseconds, known);
    }
    if (turns === this.#turns) {
      const turned = this.#id !== undefined && this.#id !== id;
      this.#id = id;
      if (turned) this.#turn(revision);
    }
    this.heard(header);
  }

  async #mark(link: Link, id: string, last: Revision, milliseconds: number): Promise<void> {
    const put = { request_put: { key: this.#key, value: Buffer.from(id) } };
    await link.call(calls.txn, { compare: [{ target: 2, key: this.#key, mod_revision: last }], success: [put] }, milliseconds);
  }

  #turn(revision: Revision): void {
    this.#log.warn('the shared store was restored from a copy', { seen: this.#revision, revision });
    this.#revision = revision;
    this.#turns++;
    this.#turned();
  }
}

/** The first past, before which nothing was restored, has no id. */
const numberOf = (id: string): number => Number.parseInt(id) || 0;
