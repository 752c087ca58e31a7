import { failure } from './base/error.js';
import { Hub } from './base/hub.js';
import { systemClock } from './base/clock.js';
import { silent } from './base/log.js';
import { Queues } from './base/queues.js';
import { checks } from './doctor/checks.js';
import { checkOptions } from './check-options.js';
import { BootJournal } from './engine/boot-journal.js';
import type { Context } from './engine/context.js';
import { noDrift } from './engine/controllers/drift-counts.js';
import { DriftController } from './engine/controllers/drift.js';
import { Holders } from './engine/controllers/holders.js';
import { Leases } from './engine/controllers/leases.js';
import { Slots } from './engine/controllers/slots.js';
import { NamesFollower } from './engine/controllers/names-follower.js';
import { Debts } from './engine/debts.js';
import { Draining } from './engine/draining.js';
import { Engine } from './engine/engine.js';
import { HostPorts } from './engine/host-ports.js';
import { placesOf } from './engine/places.js';
import { Records } from './engine/records.js';
import { recover } from './engine/recover.js';
import { hostNow } from './engine/refresh.js';
import { parsePrefix } from './ip/prefix.js';
import { announceFeature } from './features/announce/announce-feature.js';
import { egressFeature } from './features/egress/egress-feature.js';
import { guardFeature } from './features/guard/guard-feature.js';
import { innerFeature } from './features/inner/inner-feature.js';
import { portsFeature } from './features/ports/ports-feature.js';
import { rateFeature } from './features/rate/rate-feature.js';
import { routesFeature } from './features/routes/routes-feature.js';
import { sysctlsFeature } from './features/sysctls/sysctls-feature.js';
import { DefaultIpam } from './ipam/default/default-ipam.js';
import { DhcpIpam } from './ipam/dhcp/dhcp-ipam.js';
import { nullIpam } from './ipam/null/null-ipam.js';
import { Ledger } from './ledger/ledger.js';
import type { Driver } from './model/driver.js';
import type { Ipam } from './model/ipam.js';
import type { Fairlead } from './model/fairlead.js';
import type { FairleadOptions } from './options.js';
import { type Ground, openGround } from './ground.js';
import { openCluster } from './open-cluster.js';
import { openPlugins, startingDrivers } from './open-plugins.js';

/** How many events wait for a listener that does not read them, before it is given up: some megabytes. */
const MOST_EVENTS = 10_000;

/** The same as `createFairlead`, with these drivers. */
export async function openFairlead(known: readonly Driver[], asked: FairleadOptions): Promise<Fairlead> {
  const options = checkOptions(asked);
  const drivers = new Map([...known, ...startingDrivers(options)].map((driver) => [driver.name, driver]));
  checkDefaults(drivers, options);
  const every = driftMilliseconds(options);
  const ground = await openGround(options);
  const closing = [ground.close];
  const close = async () => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    const alone = await wire(ground, drivers, options);
    closing.push(() => alone.names[Symbol.asyncDispose]());
    closing.push(async () => alone.plugins.close());
    const cluster = options.cluster && (await openCluster(alone, ground.boot, options.cluster));
    if (cluster) closing.push(async () => cluster[Symbol.asyncDispose]());
    const context: Context = { ...alone, cluster };
    // Asked first: to begin to listen takes the kernel's thread a second where there are thousands of links. What of it changes in between, a look at everything finds.
    const now = hostNow(context);
    now.catch(() => {});
    // It listens before the first look, so that nothing is missed in between.
    const drift = new DriftController(context, every, () => {
      ground.upstreams.look();
      context.names.retry();
    });
    closing.push(() => drift.close());
    drift.start((await recover(context, now)).left);
    ground.upstreams.follow(() => void context.names.refresh());
    const holders = new Holders(context);
    closing.push(() => holders.close());
    const leases = new Leases(context);
    closing.push(() => leases.close());
    const slots = new Slots(context);
    closing.push(() => slots[Symbol.asyncDispose]());
    return new Engine(context, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function wire(ground: Ground, drivers: Map<string, Driver>, options: FairleadOptions): Promise<Omit<Context, 'cluster'>> {
  const journal = await BootJournal.open(ground.boot);
  const ipam = new DefaultIpam({ ulaSeed: ground.instance.id, ...(options.addressPools && { addressPools: options.addressPools.map(readPool) }) });
  const log = options.log ?? silent;
  const upstreams = () => ground.upstreams.list;
  const [records, ledger] = [new Records(ground.definitions, ground.boot), new Ledger(ground.kernel, journal)];
  const dhcp = new DhcpIpam({ kernel: ground.kernel, log, inside: ipam, places: (by) => placesOf(context, by) });
  const context: Context = {
    instance: ground.instance,
    records,
    ledger,
    journal,
    names: new NamesFollower({ records, ledger, log, upstreams, clock: systemClock, drivers, kernel: ground.kernel }, ground.names, ground.openNames),
    upstreams,
    kernel: ground.kernel,
    drivers,
    features: [guardFeature, innerFeature, portsFeature, sysctlsFeature, routesFeature, rateFeature, announceFeature, egressFeature],
    ports: new HostPorts((id) => records.sandboxes.find(id)?.name ?? id),
    ipams: new Map<string, Ipam>([ipam, nullIpam, dhcp].map((each) => [each.name, each])),
    defaults: options.drivers ?? {},
    defaultBridge: options.bridge ?? {},
    plugins: openPlugins(options.plugins),
    debts: new Debts(ground.definitions, log),
    checks,
    drift: noDrift(),
    queues: new Queues(),
    draining: new Draining(ground.kernel, ledger),
    hub: new Hub(MOST_EVENTS),
    clock: systemClock,
    log,
    avoid: ground.nameServers,
    ruleset: ground.ruleset,
    about: ground.about,
  };
  return context;
}

// Options that every network of a driver gets are checked now, not when somebody makes the first network.
function checkDefaults(drivers: ReadonlyMap<string, Driver>, { drivers: defaults = {} }: FairleadOptions): void {
  for (const [name, raw] of Object.entries(defaults)) {
    const driver = drivers.get(name);
    if (!driver) throw failure('driver-unknown', { driver: name, suggestion: '', drivers: [...drivers.keys()].join(', ') });
    driver.parseNetwork(raw);
  }
}

const DAY = 86_400;

function driftMilliseconds({ driftInterval = 300 }: FairleadOptions): number {
  if (driftInterval >= 0 && driftInterval <= DAY) return driftInterval * 1000;
  throw failure('option-invalid', {
    option: 'driftInterval',
    value: driftInterval,
    reason: 'no such number of seconds',
    mend: `write 0 to ${DAY}; 0 is never`,
  });
}

function readPool({ base, size }: { readonly base: string; readonly size: number }) {
  const prefix = parsePrefix(base);
  if (prefix) return { base: prefix, size };
  throw failure('subnet-invalid', { subnet: base, reason: 'no address pool' });
}
