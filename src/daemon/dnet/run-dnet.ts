import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Log } from '../../base/log.js';
import { serveLibnetwork } from '../../dialects/libnetwork/server.js';
import { isLoopback } from '../../http/place.js';
import { drivers } from '../../drivers/drivers.js';
import { openFairlead } from '../../open-fairlead.js';
import type { FairleadOptions } from '../../options.js';
import { asFailure } from '../../base/error.js';
import type { Fairlead } from '../../model/fairlead.js';
import { daemonLog, hearConsole, type Level } from '../daemon-log.js';
import { renew } from '../faces.js';
import { onHangup } from '../on-hangup.js';
import { ignoreSignals } from '../ignore-signals.js';
import { onStop } from '../on-stop.js';
import { type DnetConfig, noConfig, readDnetConfig } from './dnet-config.js';
import { hostNameOf, ownAddress } from './own-address.js';
import { sharedTestDriver } from './shared-test-driver.js';
import { dnetView } from './dnet-view.js';
import { SandboxPlaces } from './sandbox-places.js';
import { serveTestDriver } from './test-driver.js';

/** What the flags of `dnet -d` say. */
export interface DnetFlags {
  readonly place: { readonly host: string; readonly port: number };
  /** A level of the original's: logrus has more of them. */
  readonly level: string;
  readonly config?: string;
}

const CONFIG = '/etc/default/libnetwork.toml';
const RUN = '/var/run/docker';
const TEST_SPEC = '/etc/docker/plugins/test.spec';

/** Runs until it is stopped and answers the status to end with. Networks outlive it, sandboxes do not. */
export async function runDnet({ place, level, config: path = process.env['LIBNETWORK_CFG'] || CONFIG }: DnetFlags): Promise<number> {
  ignoreSignals();
  const untilStopped = onStop();
  const hangup = onHangup();
  const first = daemonLog(levelOf(level));
  const config = configAt(path, first);
  const log = config.debug ? daemonLog('debug') : first;
  hearConsole(log);
  for (const each of config.refused) log.error('the configuration asks for what is not there; the daemon goes on without', { what: each });
  const files = `${config.dataDirectory}/network/files`;
  const places = new SandboxPlaces({ namespaces: `${RUN}/netns`, files, run: `${RUN}/fairlead` });
  const cluster = clusterOf(config, log);
  const state = `${config.dataDirectory}/network/fairlead`;
  await using fairlead = await openFairlead([...drivers, sharedTestDriver], { state, run: `${RUN}/fairlead`, log, ...(cluster && { cluster }) });
  await forgetSandboxes(fairlead, cluster?.host);
  places.clear();
  await makeDefault(fairlead, config, log);
  await using _test = await serveTestDriver(TEST_SPEC);
  const defaults = { network: config.defaultNetwork, driver: config.defaultDriver };
  const view = dnetView(fairlead, places, config.defaultNetwork);
  await using served = await serveLibnetwork({ fairlead: view, place: { ...place, ...(!isLoopback(place.host) && { open: true }) }, defaults, log });
  hangup(() => renew(served, {}, log));
  const { reason, status } = await untilStopped(log);
  log.info('stopping; networks work on', { reason });
  return status;
}

const LEVELS: Readonly<Record<string, Level>> = { panic: 'error', fatal: 'error', error: 'error', warn: 'warn', warning: 'warn', info: 'info' };

const levelOf = (text: string): Level => LEVELS[text.toLowerCase()] ?? 'debug';

// As the original: without a file it runs, and no network is the default one.
function configAt(path: string, log: Log): DnetConfig {
  if (!existsSync(path)) {
    log.error('there is no configuration', { path });
    return noConfig;
  }
  try {
    return readDnetConfig(path);
  } catch (error) {
    log.error('the configuration cannot be read', { path, error });
    return noConfig;
  }
}

function clusterOf({ cluster }: DnetConfig, log: Log): FairleadOptions['cluster'] {
  if (!cluster) return undefined;
  const { endpoints, prefix, lease } = cluster;
  const address = ownAddress(cluster.address);
  log.info('hosts share networks by etcd, whose API v3 is spoken', { etcd: endpoints.join(','), ...(address !== undefined && { address }), lease });
  const host = address === undefined ? hostname() : hostNameOf(address);
  return { store: { endpoints, ...(prefix !== undefined && { prefix }) }, lease, host, ...(address !== undefined && { address }) };
}

// Those of other hosts are theirs.
async function forgetSandboxes({ sandboxes, endpoints }: Fairlead, here: string | undefined): Promise<void> {
  for (const { id } of await sandboxes.list()) await sandboxes.remove(id, { force: true });
  for (const { id, host = here } of await endpoints.list()) if (host === here) await endpoints.remove(id, { force: true, settle: true });
}

// One of several hosts may be there already, or its store away.
async function makeDefault({ networks }: Fairlead, { defaultNetwork: name, defaultDriver: driver }: DnetConfig, log: Log): Promise<void> {
  if (name === '' || (await networks.list()).some((each) => each.name === name)) return;
  try {
    await networks.create({ name, driver });
  } catch (error) {
    log.error('the default network could not be made', { network: name, driver, error: asFailure(error).message });
  }
}
