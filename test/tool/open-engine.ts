import { noDrift } from '../../src/engine/controllers/drift-counts.js';
import { systemClock } from '../../src/base/clock.js';
import { Hub } from '../../src/base/hub.js';
import { type Log, silent } from '../../src/base/log.js';
import { Queues } from '../../src/base/queues.js';
import { driftCheck } from '../../src/doctor/checks/drift.js';
import { leaseLostCheck } from '../../src/doctor/checks/lease-lost.js';
import { otherInstanceCheck } from '../../src/doctor/checks/other-instance.js';
import { unfollowedCheck } from '../../src/doctor/checks/unfollowed.js';
import { unrealizedCheck } from '../../src/doctor/checks/unrealized.js';
import { bridgeDriver } from '../../src/drivers/bridge/bridge-driver.js';
import { hostDeviceDriver } from '../../src/drivers/host-device/host-device-driver.js';
import { hostDriver } from '../../src/drivers/host/host-driver.js';
import { ipvlanDriver } from '../../src/drivers/ipvlan/ipvlan-driver.js';
import { macvlanDriver } from '../../src/drivers/macvlan/macvlan-driver.js';
import { nullDriver } from '../../src/drivers/null/null-driver.js';
import { sriovDriver } from '../../src/drivers/sriov/sriov-driver.js';
import { BootJournal } from '../../src/engine/boot-journal.js';
import { Cluster, type ClusterManner } from '../../src/engine/cluster/cluster.js';
import type { Context } from '../../src/engine/context.js';
import { DriftController } from '../../src/engine/controllers/drift.js';
import { Holders } from '../../src/engine/controllers/holders.js';
import { Leases } from '../../src/engine/controllers/leases.js';
import { Slots } from '../../src/engine/controllers/slots.js';
import { NamesFollower } from '../../src/engine/controllers/names-follower.js';
import { openPlugins } from '../../src/open-plugins.js';
import { Debts } from '../../src/engine/debts.js';
import { Draining } from '../../src/engine/draining.js';
import { Engine } from '../../src/engine/engine.js';
import { HostPorts } from '../../src/engine/host-ports.js';
import { placesOf } from '../../src/engine/places.js';
import { Records } from '../../src/engine/records.js';
import { hostNow } from '../../src/engine/refresh.js';
import { recover } from '../../src/engine/recover.js';
import { announceFeature } from '../../src/features/announce/announce-feature.js';
import { egressFeature } from '../../src/features/egress/egress-feature.js';
import { guardFeature } from '../../src/features/guard/guard-feature.js';
import { portsFeature } from '../../src/features/ports/ports-feature.js';
import { rateFeature } from '../../src/features/rate/rate-feature.js';
import { sysctlsFeature } from '../../src/features/sysctls/sysctls-feature.js';
import { DefaultIpam } from '../../src/ipam/default/default-ipam.js';
import { DhcpIpam } from '../../src/ipam/dhcp/dhcp-ipam.js';
import { nullIpam } from '../../src/ipam/null/null-ipam.js';
import type { SimulatedKernel } from '../../src/kernel/simulated/simulated-kernel.js';
import { Ledger } from '../../src/ledger/ledger.js';
import type { DefaultBridge } from '../../src/model/default-bridge.js';
import type { Driver } from '../../src/model/driver.js';
import type { Ipam } from '../../src/model/ipam.js';
import type { FairleadEvent } from '../../src/model/fairlead.js';
import { silentNames } from '../../src/names/names.js';
import type { Store } from '../../src/store/store.js';

/** What an engine of a test stands on. */
export interface TestGround {
  readonly kernel: SimulatedKernel;
  readonly definitions: Store;
  readonly boot: Store;
  /** The instance's id; that of the kernel. */
  readonly id?: string;
  readonly log?: Log;
  /** Lets it mend by itself: milliseconds between looks at everything, and what looks at more than the kernel then. */
  readonly drift?: { readonly every: number; readonly beside: () => void };
  /** Drivers beside those that there are. */
  readonly others?: readonly Driver[];
  readonly defaultBridge?: DefaultBridge;
  /** Where it finds plugins; nowhere without. */
  readonly plugins?: string;
  /** Makes it a host of a cluster. */
  readonly cluster?: { readonly store: Store } & ClusterManner;
}

/** An engine on this ground, with its insides in sight. */
export async function openEngine({
  kernel,
  definitions,
  boot,
  id = 'test',
  log = silent,
  drift,
  others = [],
  defaultBridge = {},
  plugins,
  cluster: joining,
}: TestGround) {
  const journal = await BootJournal.open(boot);
  const ipam = new DefaultIpam({ ulaSeed: 'test' });
  const known = [bridgeDriver, hostDeviceDriver, hostDriver, ipvlanDriver, macvlanDriver, nullDriver, sriovDriver, ...others] as readonly Driver[];
  const drivers = new Map(known.map((driver) => [driver.name, driver]));
  const [records, ledger, upstreams] = [new Records(definitions, boot), new Ledger(kernel, journal), () => []];
  const dhcp = new DhcpIpam({ kernel, log, inside: ipam, places: (by) => placesOf(context, by) });
  const alone: Omit<Context, 'cluster'> = {
    instance: { id, group: 1 },
    records,
    ledger,
    journal,
    names: new NamesFollower({ records, ledger, log, upstreams, clock: systemClock, drivers, kernel }, silentNames, async () => silentNames),
    upstreams,
    kernel,
    drivers,
    features: [guardFeature, portsFeature, sysctlsFeature, rateFeature, announceFeature, egressFeature],
    ports: new HostPorts((id) => id),
    ipams: new Map<string, Ipam>([ipam, nullIpam, dhcp].map((each) => [each.name, each])),
    plugins: openPlugins({ dirs: plugins === undefined ? [] : [plugins], patience: 5 }),
    debts: new Debts(definitions, log),
    defaults: {},
    defaultBridge,
    checks: [otherInstanceCheck, unfollowedCheck, unrealizedCheck, driftCheck, leaseLostCheck],
    drift: noDrift(),
    queues: new Queues(),
    draining: new Draining(kernel, ledger),
    hub: new Hub<FairleadEvent>(),
    clock: systemClock,
    log,
    avoid: [],
    ruleset: () => '',
    about: {},
  };
  const cluster = joining && new Cluster(alone, joining.store, boot, joining);
  const context: Context = { ...alone, cluster };
  const mending = drift && new DriftController(context, drift.every, drift.beside);
  const host = hostNow(context);
  host.catch(() => {});
  const { left } = await recover(context, host);
  mending?.start(left);
  const events: string[] = [];
  context.hub.listen(({ kind, name, change }) => events.push(`${kind} ${name} ${change}`));
  const holders = new Holders(context);
  const leases = new Leases(context);
  const slots = new Slots(context);
  const close = async () => {
    await slots[Symbol.asyncDispose]();
    await leases.close();
    await holders.close();
    await cluster?.close();
    await mending?.close();
  };
  return { fairlead: new Engine(context, close), context, ipam, events, cluster };
}
