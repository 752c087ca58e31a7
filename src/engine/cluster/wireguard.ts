import { ETHERNET_MTU } from '../../ip/ethernet-mtu.js';
import { randomHex } from '../../base/id.js';
import type { Json } from '../../base/json.js';
import type { Log } from '../../base/log.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import type { Claims } from '../../ledger/types.js';
import type { ClusterHost } from '../../model/cluster.js';
import type { PeerResource, Resource } from '../../resource/resource.js';
import type { Survey } from '../../resource/survey.js';
import { type SecurePath, securePath, sizeWithinWireguard, WIREGUARD_LINK, WIREGUARD_PORT } from '../../resource/wireguard.js';
import type { Store } from '../../store/store.js';
import type { Claim } from '../describe.js';
import type { Hosts } from './hosts.js';
import { keys } from './keys.js';
import { newKeyPair } from './key-pair.js';
import { Mirror } from './mirror.js';
import { readTold, readWireguardLife, type Told, type WireguardLife } from './parse-wireguard.js';
import { isLacking, Trouble } from './trouble.js';

/** Where this boot's store has it. */
const LIFE = 'wireguard';

interface World {
  readonly store: Store;
  readonly boot: Store;
  readonly host: ClusterHost;
  readonly hosts: Hosts;
  /** Whether a network of the cluster goes by WireGuard. */
  readonly wanted: () => boolean;
  /** Whether this host uses one of them. */
  readonly used: () => boolean;
  /** Whether the others count on this host. */
  readonly alive: () => boolean;
  readonly survey: () => Promise<Survey>;
  readonly declare: (claims: Claims) => Promise<void>;
  readonly log: Log;
}

/**
 * WireGuard between this host and the others, while a network of the cluster goes by it: a stack that has no other way out, and the other hosts as its peers.
 *
 *     a key pair, once a boot ──► the public key told ──► keys of others, hosts that are there ──► peers ──► declared
 *
 * Private keys stay where they were made. Who can write the store says who the others are; who can only read it cannot read what they send. Keys of
 * sessions are WireGuard's own, and turn by themselves.
 */
export class Wireguard {
  readonly #world: World;
  readonly #mirror: Mirror<Told>;
  readonly #ending = new AbortController();
  readonly #trouble: Trouble;
  #life: WireguardLife | undefined;
  #recalled: Promise<void> | undefined;
  /** What was drawn is not in the store yet. */
  #unwritten = false;
  #started = false;
  #again = false;
  #working: Promise<void> | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#trouble = new Trouble('what networks by WireGuard need', world);
    this.#mirror = new Mirror({ store: world.store, prefix: keys.wireguards, parse: readTold, tell: () => this.look(), log: world.log });
  }

  /** The stack by which this host sends to others, once it has one. */
  get path(): SecurePath | undefined {
    return this.#life?.path;
  }

  /** Reads what this boot has made. */
  recall(): Promise<void> {
    this.#recalled ??= this.#recall();
    return this.#recalled;
  }

  /** Reads what others tell, and follows it. Throws what the store says; it is followed all the same, once that answers. */
  begin(): Promise<void> {
    return this.#mirror.begin();
  }

  /** What it claims. */
  claim(): Claim {
    return ['wireguard', this.#life?.made ? resourcesOf(this.#life, this.#world.host) : []];
  }

  /** Has the stack be there, with those as peers that are known. Throws `kernel-lacks`. */
  async require(): Promise<void> {
    await this.recall();
    const life = this.#life ?? (await this.#draw());
    await this.#put({ ...life, made: true });
  }

  /** The kernel is as the records say: from now on it follows. */
  start(): void {
    this.#started = true;
    this.look();
  }

  /** Something that it depends on may be another. */
  look(): void {
    this.#again = true;
    if (this.#started && !this.#ending.signal.aborted) this.#working ??= this.#work();
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#mirror.close();
    await this.#working;
  }

  async #recall(): Promise<void> {
    const entry = (await this.#world.boot.list(LIFE)).entries.get(LIFE);
    this.#life = entry && readWireguardLife(entry.value);
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#ending.signal.aborted) {
      this.#again = false;
      try {
        await this.#follow();
      } catch (error) {
        await this.#trouble.refused(error, this.#ending.signal);
        this.#again = true;
      }
    }
    this.#working = undefined;
  }

  async #follow(): Promise<void> {
    const { alive, wanted } = this.#world;
    if (!alive()) return;
    if (wanted()) {
      const life = this.#life ?? (await this.#draw());
      await this.#put({ ...life, made: true, peers: this.#peers(life.path) });
    } else if (this.#life?.made) await this.#put({ ...this.#life, made: false, peers: [] });
    if (this.#life) await this.#tell(this.#life);
    this.#trouble.past();
  }

  async #draw(): Promise<WireguardLife> {
    const { host, survey } = this.#world;
    const { links } = await survey();
    const link = links.find(({ addresses }) => addresses.some((each) => splitInterfaceAddress(each).ip === host.address));
    // Nobody drew another while this was awaited.
    this.#unwritten ||= this.#life === undefined;
    this.#life ??= {
      ...newKeyPair(),
      path: { stack: `ns/${randomHex(12)}`, mtu: sizeWithinWireguard(link?.mtu ?? ETHERNET_MTU, host.address) },
      made: false,
      peers: [],
    };
    return this.#life;
  }

  // What the kernel is given is known before it is made.
  async #put(next: WireguardLife): Promise<void> {
    const { boot, declare } = this.#world;
    const changed = JSON.stringify(this.#life) !== JSON.stringify(next) || this.#unwritten;
    this.#life = next;
    this.#unwritten = false;
    if (changed) await boot.commit([], [{ key: LIFE, value: next as unknown as Json }]);
    try {
      await declare(new Map([this.claim()]));
    } catch (error) {
      // What this kernel can never have made is not missed by whoever looks, nor after the next start.
      if (isLacking(error) && next.made) await this.#put({ ...next, made: false, peers: [] });
      throw error;
    }
  }

  async #tell({ made, publicKey }: WireguardLife): Promise<void> {
    const { store, host } = this.#world;
    const told = this.#mirror.entries.get(keys.wireguard(host.name))?.value;
    if (made && (told?.key !== publicKey || told.address !== host.address))
      await store.commit([], [{ key: keys.wireguard(host.name), value: { key: publicKey, address: host.address } }]);
    if (!made && told) await store.commit([], [{ key: keys.wireguard(host.name), value: null }]);
  }

  // A key is bound to the address at which its host said to be. What others wrote may say one thing twice.
  #peers({ stack }: SecurePath): readonly PeerResource[] {
    const { hosts, host } = this.#world;
    const all = [...this.#mirror.entries].flatMap(([at, { value }]): PeerResource[] => {
      const name = at.slice(keys.wireguards.length);
      const { known, alive = known } = hosts.get(name);
      const reached = alive && name !== host.name && familyOf(alive.address) === familyOf(host.address) && alive.address === value.address;
      return reached ? [{ kind: 'peer', in: stack, link: WIREGUARD_LINK, key: value.key, address: value.address }] : [];
    });
    const ofKeys = new Map(all.map((each) => [each.key, each]));
    return [...new Map([...ofKeys.values()].map((each) => [each.address, each])).values()];
  }
}

const resourcesOf = ({ path, privateKey, peers }: WireguardLife, { address }: ClusterHost): readonly Resource[] => [
  ...securePath(path, address),
  { kind: 'wireguard', in: path.stack, link: WIREGUARD_LINK, key: privateKey, port: WIREGUARD_PORT },
  ...peers,
];
