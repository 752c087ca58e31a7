import { asFailure, type FairleadError, failure } from '../../base/error.js';
import { randomHex } from '../../base/id.js';
import type { Facts } from '../../base/json.js';
import { collect } from '../../base/steps.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import { contains, networkAddress, overlaps, prefixFamily, prefixLength } from '../../ip/prefix.js';
import type { Ip, Prefix } from '../../ip/types.js';
import type { AddressRequest, Holder, Ipam, PoolRequest } from '../../model/ipam.js';
import type { Lease, Pool, Strings } from '../../model/records.js';
import type { PluginLine } from '../../plugin/ask/plugin-line.js';
import type { GivenPool } from '../../plugin/wire/ipam.js';

/** How many subnets in use on this host a plugin may offer before it is given up. */
const MOST_OFFERS = 16;

/** What a network has, and the options with which it was asked for. */
interface Replay {
  readonly options: Strings;
  readonly pools: readonly Pool[];
  readonly leases: readonly Lease[];
  /** Why the plugin could not be told. */
  readonly error?: FairleadError;
}

/** Pools and addresses of a plugin. It keeps its own books; what it gave is given back by its own names for it. */
export class RemoteIpam implements Ipam {
  readonly name: string;
  readonly keepsBooks = true;
  readonly #line: Pick<PluginLine, 'ipam' | 'addresses'>;
  // What records hold since before this engine, for a plugin that keeps nothing itself.
  #replay: Replay[] = [];
  #replaying: Promise<void> | undefined;
  // What went before it was told.
  readonly #untold = new Set<string>();
  // What a plugin that was told of a pool again calls it now, by how it is recorded: its names begin anew with each run.
  readonly #now = new Map<string, string>();
  readonly #run = randomHex(8);

  constructor(name: string, line: Pick<PluginLine, 'ipam' | 'addresses'>) {
    this.name = name;
    this.#line = line;
  }

  /** Options are the plugin's own. */
  check(): void {}

  async needsMac(): Promise<boolean> {
    return (await this.#line.ipam()).capabilities.needsMac;
  }

  async takePool(request: PoolRequest): Promise<Pool> {
    await this.#ready();
    const given = await this.#request(request);
    const facts = { pool: given.id, run: this.#run, space: (await this.#line.ipam()).spaces.local };
    const pool: Pool = { family: request.family, subnet: given.pool, aux: {}, facts, ...(request.range && { range: request.range }) };
    const held: Ip[] = [];
    try {
      // The user's own is asked for, whatever came with the pool (libnetwork).
      const came = request.gateway === undefined ? given.gateway : undefined;
      const gateway = came ? splitInterfaceAddress(came).ip : await this.#gateway(pool, request, held);
      const aux: Record<string, Ip> = {};
      for (const [name, ip] of Object.entries(request.aux)) {
        const { address } = await this.#line.addresses('RequestAddress', { pool: given.id, address: ip, gateway: false, options: {} });
        held.push(ip);
        aux[name] = splitInterfaceAddress(address).ip;
      }
      // One that came with the pool was not asked for, and is not given back.
      return { ...pool, ...(gateway && { gateway }), aux, facts: { ...facts, ...(came && { gatewayGiven: true }) } };
    } catch (error) {
      await this.#release(given.id, held).catch(() => {});
      throw error;
    }
  }

  async givePool(pool: Pool): Promise<void> {
    if (await this.#isUntold(keyOf(pool.facts), (each) => ({ ...each, pools: each.pools.filter(({ facts }) => keyOf(facts) !== keyOf(pool.facts)) }))) return;
    await this.#release(this.#idOf(pool.facts), askedOf(pool));
  }

  async takeAddress(pool: Pool, { ip, mac }: AddressRequest): Promise<Lease> {
    await this.#ready(pool);
    const id = this.#idOf(pool.facts);
    const { address } = await this.#line.addresses('RequestAddress', {
      pool: id,
      address: ip,
      gateway: false,
      mac: (await this.needsMac()) ? mac : undefined,
      options: {},
    });
    const given = splitInterfaceAddress(address).ip;
    if (familyOf(given) === pool.family && contains(pool.subnet, given) && (ip === undefined || ip === given))
      return { family: pool.family, subnet: pool.subnet, ip: given, address, until: null, facts: recordedOf(pool.facts) };
    await this.#line.addresses('ReleaseAddress', { pool: id, address: given }, ONCE).catch(() => {});
    throw this.#unfit(
      'RequestAddress',
      ip === undefined || ip === given ? `${address} is not in ${pool.subnet}` : `it gives ${given}, where ${ip} was asked for`,
    );
  }

  async giveAddress({ ip, facts }: Pick<Lease, 'ip' | 'facts'>, _by: Holder): Promise<void> {
    if (typeof facts?.['pool'] !== 'string') return;
    const isIt = (lease: Pick<Lease, 'ip' | 'facts'>) => lease.ip === ip && keyOf(lease.facts) === keyOf(facts);
    if (await this.#isUntold(`${keyOf(facts)} ${ip}`, (each) => ({ ...each, leases: each.leases.filter((lease) => !isIt(lease)) }))) return;
    await this.#line.addresses('ReleaseAddress', { pool: this.#idOf(facts), address: ip }, ONCE);
  }

  /** Only the plugin knows. */
  isFull(): boolean {
    return false;
  }

  restore(_holder: string, pools: readonly Pool[], leases: readonly Lease[], options: Strings): void {
    this.#replay.push({ pools, leases, options });
  }

  // Without a subnet of the user's choice the plugin's may be in use on this host: it is held until another has been given (libnetwork).
  async #request({ subnet, range, family, options, avoid }: PoolRequest): Promise<GivenPool> {
    const { spaces } = await this.#line.ipam();
    const ask = { space: spaces.local, pool: subnet, range, options, v6: family === 6 };
    const held: GivenPool[] = [];
    try {
      for (;;) {
        const given = await this.#line.addresses('RequestPool', ask);
        const flaw = flawOf(given, family, subnet);
        if (flaw === undefined && (subnet !== undefined || !inUse(given.pool, avoid))) return given;
        held.push(given);
        if (flaw !== undefined) throw this.#unfit('RequestPool', flaw);
        if (held.length === MOST_OFFERS || held.some(({ id }, at) => at < held.length - 1 && id === given.id))
          throw this.#unfit('RequestPool', `${given.pool} is in use on this host, and it offers no other`);
      }
    } finally {
      for (const { id } of held) await this.#line.addresses('ReleasePool', { pool: id }, ONCE).catch(() => {});
    }
  }

  async #gateway(pool: Pool, { gateway, wantsGateway }: PoolRequest, held: Ip[]): Promise<Ip | undefined> {
    if (gateway === undefined && !wantsGateway) return undefined;
    const { address } = await this.#line.addresses('RequestAddress', { pool: this.#idOf(pool.facts), address: gateway, gateway: true, options: {} });
    const { ip } = splitInterfaceAddress(address);
    held.push(ip);
    if (contains(pool.subnet, ip)) return ip;
    throw this.#unfit('RequestAddress', `${address} is not in ${pool.subnet}`);
  }

  // One that it does not give back keeps no other, nor the pool.
  async #release(pool: string, addresses: readonly Ip[]): Promise<void> {
    const calls = [
      ...addresses.map((address) => () => this.#line.addresses('ReleaseAddress', { pool, address }, ONCE)),
      () => this.#line.addresses('ReleasePool', { pool }, ONCE),
    ];
    const [first] = await collect(calls.map((call) => async () => void (await call())));
    if (first !== undefined) throw first;
  }

  // Whether a plugin that keeps nothing was not told of this since it began: then it is not, and has nothing to give back.
  async #isUntold(key: string, without: (replay: Replay) => Replay): Promise<boolean> {
    await this.#replaying?.catch(() => {});
    const size = ({ pools, leases }: Replay) => pools.length + leases.length;
    const left = this.#replay.map(without);
    if (left.some((each, at) => size(each) !== size(this.#replay[at] ?? each))) this.#untold.add(key);
    this.#replay = left.filter((each) => size(each) > 0);
    if (!this.#untold.has(key)) return false;
    const { capabilities } = await this.#line.ipam();
    this.#untold.delete(key);
    return capabilities.needsReplay;
  }

  // A plugin that keeps nothing is told what there is before it is asked for more; what it could not be told it is told again at the next ask.
  async #ready(pool?: Pool): Promise<void> {
    if (this.#replay.length === 0) return;
    this.#replaying ??= this.#tellAll().finally(() => {
      this.#replaying = undefined;
    });
    await this.#replaying;
    const key = pool && keyOf(pool.facts);
    const untold = this.#replay.find(({ pools }) => pools.some(({ facts }) => keyOf(facts) === key));
    if (untold?.error) throw untold.error;
  }

  // One network that it refuses keeps it from no other.
  async #tellAll(): Promise<void> {
    const { capabilities, spaces } = await this.#line.ipam();
    const untold: Replay[] = [];
    for (const each of capabilities.needsReplay ? this.#replay : []) {
      try {
        await this.#tell(each, spaces.local);
      } catch (error) {
        untold.push({ ...each, error: asFailure(error) });
      }
    }
    this.#replay = untold;
  }

  async #tell({ pools, leases, options }: Replay, space: string): Promise<void> {
    for (const pool of pools) {
      const { id } = await this.#line.addresses('RequestPool', { space, pool: pool.subnet, range: pool.range, options, v6: pool.family === 6 });
      this.#now.set(keyOf(pool.facts), id);
      for (const ip of askedOf(pool)) await this.#line.addresses('RequestAddress', { pool: id, address: ip, gateway: ip === pool.gateway, options: {} });
    }
    for (const { ip, facts } of leases)
      if (typeof facts?.['pool'] === 'string')
        await this.#line.addresses('RequestAddress', { pool: this.#idOf(facts), address: ip, gateway: false, options: {} });
  }

  #idOf(facts: Facts | undefined): string {
    return this.#now.get(keyOf(facts)) ?? recordedOf(facts).pool;
  }

  #unfit(call: string, reason: string) {
    return failure('plugin-unfit', { plugin: this.name, call: `IpamDriver.${call}`, reason });
  }
}

// Nobody waits for a plugin that is away to be told that something is no longer wanted.
const ONCE = { once: true } as const;

/** How a pool is recorded: the plugin's name for it, and the run of ours in which it had that. */
const recordedOf = (facts: Facts | undefined) => ({ pool: String(facts?.['pool'] ?? ''), run: String(facts?.['run'] ?? '') });

const keyOf = (facts: Facts | undefined): string => Object.values(recordedOf(facts)).join(' ');

// A gateway that came with the pool was not asked for.
const askedOf = ({ gateway, aux, facts }: Pool): readonly Ip[] => [
  ...(gateway !== undefined && facts?.['gatewayGiven'] !== true ? [gateway] : []),
  ...Object.values(aux),
];

function flawOf({ pool }: GivenPool, family: 4 | 6, subnet: Prefix | undefined): string | undefined {
  if (prefixFamily(pool) !== family) return `${pool} is no subnet of IPv${family}`;
  if (subnet !== undefined && !(contains(subnet, pool) || isAny(subnet))) return `it gives ${pool}, where ${subnet} was asked for`;
  return undefined;
}

const isAny = (subnet: Prefix): boolean => ['0.0.0.0', '::'].includes(networkAddress(subnet));

// A default route and its halves are a way out, no network.
const inUse = (pool: Prefix, avoid: readonly Prefix[]): boolean => avoid.some((each) => prefixLength(each) >= 8 && overlaps(each, pool));
