import { expect, it } from 'vitest';
import { createFairlead } from './index.js';

// What a program in JavaScript hands in by mistake.
type Any = never;

it.each([
  [{ kernel: 'simulate' }, 'kernel', 'no kernel: linux or simulated'],
  [{ kernel: null }, 'kernel', 'no kernel: linux or simulated'],
  [{ drift: 5 }, 'drift', 'for no field that there is'],
  [{ driftinterval: 5 }, 'driftinterval', 'for no field that there is; did you mean driftInterval?'],
  [{ driftInterval: '5' }, 'driftInterval', 'no number, but a text'],
  [{ drivers: { bridge: null } }, 'drivers.bridge', 'no object'],
  [{ drivers: { bridge: { mtu: 1400 } } }, 'drivers.bridge.mtu', 'no text, but a number'],
  [{ addressPools: {} }, 'addressPools', 'no list'],
  [{ addressPools: [{ base: '10.0.0.0/8' }] }, 'addressPools[0].size', 'no number'],
  [{ bridge: { bip: 5 } }, 'bridge.bip', 'no text, but a number'],
  [{ dns: '1.1.1.1' }, 'dns', 'no list'],
  [{ log: {} }, 'log', 'no log: debug, info, warn and error'],
  [{ log: null }, 'log', 'no log: debug, info, warn and error'],
  [{ cluster: {} }, 'cluster.store', 'no text'],
  [{ cluster: { store: { endpoints: 'a:1' } } }, 'cluster.store.endpoints', 'no list'],
  [{ plugins: { patience: '5' } }, 'plugins.patience', 'no number, but a text'],
  [{ cni: { pluginDirectories: '/opt' } }, 'cni.pluginDirectories', 'no list'],
  [{ state: 5 }, 'state', 'no text, but a number'],
  [null, 'options', 'no object'],
  ['simulated', 'options', 'no object'],
])('of the options %j it names the field: %s', async (options, field, reason) => {
  await expect(createFairlead(options as Any)).rejects.toMatchObject({ code: 'value-invalid', values: { field, reason } });
});

it('takes a whole logger, and what is left undefined', async () => {
  class Logger {
    readonly level = 'info';
    debug(): void {}
    info(): void {}
    warn(): void {}
    error(): void {}
  }
  await using fairlead = await createFairlead({ kernel: 'simulated', log: new Logger(), dns: undefined } as Any);
  expect(await fairlead.doctor()).toEqual([]);
});
