import { failure } from './base/error.js';
import { cniDriver } from './drivers/cni/cni-driver.js';
import { remoteDriver } from './drivers/remote/remote-driver.js';
import { RemoteIpam } from './ipam/remote/remote-ipam.js';
import type { Plugins } from './model/plugins.js';
import type { Driver } from './model/driver.js';
import type { FairleadOptions, PluginOptions } from './options.js';
import type { PluginLine } from './plugin/ask/plugin-line.js';

/** Seconds for which a plugin is waited for, as Docker does. */
const PATIENCE = 30;
const MOST_PATIENCE = 600;

// Seconds.
function patienceOf({ patience = PATIENCE }: PluginOptions = {}): number {
  if (patience > 0 && patience <= MOST_PATIENCE) return patience;
  throw failure('option-invalid', { option: 'plugins.patience', value: patience, reason: 'no such number of seconds', mend: `write 1 to ${MOST_PATIENCE}` });
}

/** The drivers whose networks are made by programs that this process starts: in the stack that it is in itself, so on no other kernel and for no other host. */
export const startingDrivers = ({ kernel, host, cni, plugins }: FairleadOptions): readonly Driver[] =>
  kernel === 'simulated' || host !== undefined ? [] : [cniDriver({ ...cni, patience: patienceOf(plugins) })];

/** Plugins, found by name where Docker finds them. What speaks to them is loaded with the first of them. */
export function openPlugins({ dirs, ...options }: PluginOptions = {}): Plugins {
  const patience = patienceOf(options);
  const closing = new AbortController();
  const lines = new Map<string, Promise<PluginLine>>();
  let answered: (plugin: string) => void = () => {};
  let hosts: Parameters<Plugins['know']>[0] = () => [];
  const search = async () => {
    const { PLUGIN_DIRS } = await import('./plugin/ask/find-plugin.js');
    return { dirs: dirs ?? PLUGIN_DIRS, patience: patience * 1000 };
  };
  const open = async (name: string) => {
    const { PluginLine: Line } = await import('./plugin/ask/plugin-line.js');
    const opened = new Line(name, await search(), closing.signal, (plugin) => answered(plugin));
    opened.know(hosts);
    return opened;
  };
  const line = (name: string) => {
    const known = lines.get(name) ?? open(name);
    lines.set(name, known);
    return known;
  };
  // One whose name nobody has used: it is looked for once, so that a slip of the pen is told at once.
  const find = async (name: string) => {
    const { findPlugin } = await import('./plugin/ask/find-plugin.js');
    return (await findPlugin(name, (await search()).dirs)) && line(name);
  };
  const rememberDriver = (name: string, scope: 'local' | 'global') =>
    remoteDriver(name, scope, {
      network: async (call, ask, how) => (await line(name)).network(call, ask, how),
      capabilities: async () => (await line(name)).capabilities(),
    });
  const rememberIpam = (name: string) =>
    new RemoteIpam(name, {
      ipam: async () => (await line(name)).ipam(),
      addresses: async (call, ask, how) => (await line(name)).addresses(call, ask, how),
    });
  return {
    findDriver: async (name) => {
      const found = await find(name);
      return found && rememberDriver(name, (await found.capabilities()).scope);
    },
    findIpam: async (name) => {
      const found = await find(name);
      if (!found) return undefined;
      await found.ipam();
      return rememberIpam(name);
    },
    rememberDriver,
    rememberIpam,
    know: (there) => {
      hosts = there;
      for (const each of lines.values()) void each.then((opened) => opened.know(hosts));
    },
    follow: (listener) => {
      answered = listener;
    },
    close: () => closing.abort(),
  };
}
