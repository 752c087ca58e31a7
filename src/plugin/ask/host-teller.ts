import { FairleadError } from '../../base/error.js';

/** A host among several, as a driver that connects them is told of it. */
export interface PluginHost {
  readonly address: string;
  /** It is the one that the plugin is on. */
  readonly self: boolean;
}

/** Tells a host's coming or going; rejects with what the plugin says. */
export type TellHost = (call: 'DiscoverNew' | 'DiscoverDelete', host: PluginHost) => Promise<unknown>;

/**
 * Tells a plugin which hosts there are, from when it is first used: each that comes, each that goes, one after another. What it says to that
 * matters to nobody, as with Docker; one that does not answer is told when something changes again.
 */
export class HostTeller {
  readonly #tell: TellHost;
  readonly #told = new Map<string, PluginHost>();
  #there: () => readonly PluginHost[] = () => [];
  #begun = false;
  #telling: Promise<void> | undefined;

  constructor(tell: TellHost) {
    this.#tell = tell;
  }

  /** Whether there are hosts to be told of. */
  get knows(): boolean {
    return this.#there().length > 0;
  }

  /** These are there now. */
  know(hosts: () => readonly PluginHost[]): void {
    this.#there = hosts;
    if (this.#begun) void this.#follow();
  }

  /** From now on the plugin is told; resolves when it has heard of those that are there. */
  begin(): Promise<void> {
    this.#begun = true;
    return this.#follow();
  }

  #follow(): Promise<void> {
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined;
    });
    return this.#telling;
  }

  async #tellAll(): Promise<void> {
    for (let change = this.#next(); change; change = this.#next()) {
      const { call, host } = change;
      try {
        await this.#tell(call, host);
      } catch (error) {
        if (!FairleadError.is(error) || error.code !== 'plugin-refused') return;
      }
      if (call === 'DiscoverNew') this.#told.set(host.address, host);
      else this.#told.delete(host.address);
    }
  }

  #next(): { readonly call: 'DiscoverNew' | 'DiscoverDelete'; readonly host: PluginHost } | undefined {
    const there = new Map(this.#there().map((each) => [each.address, each]));
    const gone = [...this.#told.values()].find(({ address }) => !there.has(address));
    if (gone) return { call: 'DiscoverDelete', host: gone };
    const come = [...there.values()].find(({ address }) => !this.#told.has(address));
    return come && { call: 'DiscoverNew', host: come };
  }
}
