import { type Check, type Fields, fields, flag, listOf, mapOf, needed, number, oneOf, text } from './engine/parse/shape.js';
import { wrong } from './model/wrong.js';
import { wholeAsk } from './engine/parse/whole-ask.js';
import type { DefaultBridge } from './model/default-bridge.js';
import type { ClusterOptions, CniPlaceOptions, FairleadOptions, PluginOptions } from './options.js';
import type { EtcdSettings } from './store/etcd/place.js';

// The form of the options, as `options.ts` types them. What a text or a number must be is said where it is parsed.

const SPEAKS = ['debug', 'info', 'warn', 'error'] as const;

const etcd = fields<EtcdSettings>({
  endpoints: needed(listOf(text)),
  prefix: text,
  user: text,
  passwordFile: text,
  ca: text,
  cert: text,
  key: text,
});
const store: Check = (value, field) => (typeof value === 'object' ? etcd : text)(value, field);

// It may be a whole logger, which can do more.
const log: Check = (value, field) => {
  const speaks = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (!speaks || SPEAKS.some((each) => typeof Reflect.get(value, each) !== 'function')) throw wrong(field, value, 'no log: debug, info, warn and error');
};

const table: Fields<FairleadOptions> = {
  state: text,
  run: text,
  host: text,
  kernel: oneOf(['linux', 'simulated'], 'no kernel: linux or simulated'),
  drivers: mapOf(mapOf(text)),
  bridge: fields<DefaultBridge>({
    bridge: text,
    bip: text,
    bip6: text,
    fixedCidr: text,
    fixedCidr6: text,
    defaultGateway: text,
    defaultGateway6: text,
    ipv6: flag,
    icc: flag,
    ip: text,
    ipMasq: flag,
    mtu: number,
  }),
  addressPools: listOf(fields<NonNullable<FairleadOptions['addressPools']>[number]>({ base: needed(text), size: needed(number) })),
  dns: listOf(text),
  driftInterval: number,
  cluster: fields<ClusterOptions>({ store: needed(store), host: text, address: text, lease: number, quarantine: number, rotation: number }),
  plugins: fields<PluginOptions>({ dirs: listOf(text), patience: number }),
  cni: fields<CniPlaceOptions>({ pluginDirectories: listOf(text), cacheDirectory: text }),
  log,
};
const form = fields(table);

/** The options, if they have this form: a program in JavaScript hands in what it likes. Throws `value-invalid`, by the name of the field. */
export const checkOptions = (options: FairleadOptions): FairleadOptions => wholeAsk('options', options, form);
