import { asFailure } from '../base/error.js';
import type { Network, Strings } from '../model/records.js';
import type { Context } from './context.js';
import type { Debt } from './debts.js';

/** Finds the drivers that an ask names and that are not built in: plugins of these names. Throws what is wrong with one that is there. */
export async function findDrivers(
  context: Context,
  ask: { readonly driver?: string; readonly ipam?: { readonly driver?: string; readonly options?: Strings } },
): Promise<void> {
  const { drivers, ipams, plugins } = context;
  if (ask.driver !== undefined && !drivers.has(ask.driver)) {
    const driver = await plugins.findDriver(ask.driver);
    if (driver) drivers.set(driver.name, driver);
  }
  if (ask.ipam?.driver !== undefined && !ipams.has(ask.ipam.driver)) {
    const ipam = await plugins.findIpam(ask.ipam.driver);
    if (ipam) ipams.set(ipam.name, ipam);
  }
}

/** Another host made this network: its driver is there, though nobody has asked its plugin on this host anything. */
export function rememberDriver({ drivers, plugins }: Context, { driver, scope }: Pick<Network, 'driver' | 'scope'>): void {
  if (!drivers.has(driver)) drivers.set(driver, plugins.rememberDriver(driver, scope));
}

/** After a start: drivers that records name are there, though nobody has asked their plugins anything. */
export function rememberDrivers(context: Context): void {
  const { records, ipams, plugins, debts } = context;
  const ipam = (name: string) => {
    if (!ipams.has(name)) ipams.set(name, plugins.rememberIpam(name));
  };
  for (const network of records.networks.list()) {
    rememberDriver(context, network);
    ipam(network.ipam.driver);
  }
  for (const debt of debts.list()) {
    if (debt.what === 'pool' || debt.what === 'address') ipam(debt.plugin);
    else rememberDriver(context, { driver: debt.plugin, scope: 'local' });
  }
}

/** Gives something back to the plugin that holds it. */
export async function pay({ drivers, ipams }: Context, debt: Debt): Promise<void> {
  if (debt.what === 'pool') return ipams.get(debt.plugin)?.givePool(debt.pool);
  if (debt.what === 'address') return ipams.get(debt.plugin)?.giveAddress(debt.lease, debt.by);
  return drivers.get(debt.plugin)?.asks?.give(debt);
}

/** After a start: what plugins hold for what is no more is given back, behind the reply. */
export function settleDebts(context: Context): void {
  void context.debts
    .settle((debt) => !isWanted(context, debt))
    .catch((error: unknown) => context.log.error('giving back to plugins', { error: asFailure(error).message }));
}

function isWanted({ records, cluster }: Context, debt: Debt): boolean {
  // Whether a network of several hosts is there is known when their store answers.
  if (debt.what === 'shared' && cluster?.alive === false) return true;
  if (!('endpoint' in debt)) return records.networks.find(debt.network) !== undefined;
  const endpoint = records.endpoints.find(debt.endpoint);
  if (debt.what === 'join') return endpoint?.sandbox !== undefined;
  if (debt.what === 'way') return (endpoint?.gateway.length ?? 0) > 0;
  if (debt.what === 'address') return endpoint?.leases.some(({ ip }) => ip === debt.lease.ip) ?? false;
  return endpoint !== undefined;
}
