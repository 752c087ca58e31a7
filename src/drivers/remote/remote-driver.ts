import type { Driver } from '../../model/driver.js';
import type { PluginLine } from '../../plugin/ask/plugin-line.js';
import { remoteAsks } from './asks.js';
import { describeEndpoint, waysOut } from './describe.js';
import { joinFacts } from './facts.js';
import { take } from './take.js';

/** The driver that is a plugin of this name: it is asked, and what it answered is described. */
export const remoteDriver = (name: string, scope: 'local' | 'global', line: Pick<PluginLine, 'network' | 'capabilities'>): Driver => ({
  name,
  traits: { scope, addresses: true, single: false, stack: 'own', shared: true, limits: false, subnets: MANY },
  // They are the plugin's: what they mean nobody here knows.
  options: { network: {}, endpoint: {} },
  parseNetwork: () => ({}),
  parseEndpoint: () => ({}),
  asks: remoteAsks(name, line),
  take,
  endpoint: describeEndpoint,
  waysOut,
  interfacePrefix: (_, endpoint) => joinFacts(endpoint)?.prefix ?? 'eth',
  leadsNowhere: (endpoint) => joinFacts(endpoint)?.nowhere === true,
});

const MANY = 64;
