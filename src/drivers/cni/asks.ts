import { failure } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import { DEFAULT_CACHE } from '../../cni/runtime/places.js';
import type { PluginConfig } from '../../cni/wire/network-list.js';
import { parseOptions } from '../../model/options.js';
import type { Asked, DriverAsks } from '../../model/driver.js';
import type { Endpoint, Network, Sandbox } from '../../model/records.js';
import { capabilityArgs } from './capability-args.js';
import type { CniFacts } from './facts.js';
import { madeOf } from './made-of.js';
import { CONFLIST, endpointOptions } from './options.js';

/** Where plugins of CNI are, and what they leave. */
export interface CniPlaces {
  /** Default `/opt/cni/bin`, then `/usr/lib/cni`. */
  readonly pluginDirectories?: readonly string[];
  /** Default `/var/lib/cni`, as every other runtime. */
  readonly cacheDirectory?: string;
  /** Seconds for which one is waited for. */
  readonly patience: number;
}

/** The plugins of a network's file are run as `fairlead cni` runs them, and what they made is kept where that keeps it. */
export function cniAsks(places: CniPlaces): DriverAsks {
  const open = async (file: string) => {
    const { createFileRuntime } = await import('../../cni/runtime/runtime.js');
    return createFileRuntime(places, file);
  };
  return {
    async network({ options }) {
      const { runtime, list } = await open(fileOf(options));
      await runtime.status(list().name);
    },
    inside: {
      by: async ({ options }, endpoint, sandbox) => {
        const file = fileOf(options);
        return { file, network: (await open(file)).list().name, ...containerOf(endpoint, sandbox) };
      },
      async join({ options }, endpoint, sandbox, ports) {
        const file = fileOf(options);
        const { runtime, list } = await open(file);
        const { name: network, plugins } = list();
        const container = containerOf(endpoint, sandbox);
        const { 'cni.args': args, 'cni.capability-args': wished } = parseOptions('cni', endpointOptions, endpoint.options);
        const capabilities = capabilitiesOf(plugins, capabilityArgs(endpoint, sandbox, ports, wished));
        const result = await runtime.add({ network, ...container, args, capabilities });
        const { leases, mac, ways } = madeOf(network, result, container.ifName);
        const own = mac !== undefined && endpoint.mac === undefined ? { mac } : {};
        const facts: CniFacts = { file, network, plugins: plugins.map(({ type }) => type), ...container, args, capabilities, ways, result, ...own };
        return { facts: { ...facts }, leases, ...own };
      },
    },
    give: (asked) => takeOff(places, asked),
  };
}

// Of what no file of the cache tells nothing was begun: it is written before the first plugin runs.
async function takeOff(places: CniPlaces, asked: Asked): Promise<void> {
  if (asked.what !== 'join' || !asked.by) return;
  const { file, network, containerId, netns, ifName } = asked.by as Facts & Pick<CniFacts, 'file' | 'network' | 'containerId' | 'netns' | 'ifName'>;
  const [{ createFileRuntime }, { Cache }] = await Promise.all([import('../../cni/runtime/runtime.js'), import('../../cni/runtime/cache.js')]);
  if (!new Cache(places.cacheDirectory ?? DEFAULT_CACHE).load(network, { containerId, ifName, args: [] })) return;
  await createFileRuntime(places, file).runtime.del({ network, containerId, netns, ifName });
}

// Only what some plugin declares: so it is seen who was told of ports.
const capabilitiesOf = (plugins: readonly PluginConfig[], wanted: Facts): Facts =>
  Object.fromEntries(Object.entries(wanted).filter(([capability]) => plugins.some(({ capabilities }) => capabilities.includes(capability))));

function containerOf({ link }: Endpoint, { id, name, key, handed }: Sandbox): Pick<CniFacts, 'containerId' | 'netns' | 'ifName'> {
  if (handed !== undefined)
    throw failure('network-exclusive', { sandbox: `"${name}"`, network: 'of driver cni', reason: 'another engine has its namespace, and plugins work in it' });
  if (!link) throw failure('internal', { reason: 'an endpoint without a link is asked for' });
  return { containerId: id, netns: key, ifName: link.inside };
}

const fileOf = (options: Network['options']): string => options[CONFLIST] ?? '';
