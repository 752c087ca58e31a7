import { failure } from '../../base/error.js';
import type { NetworkChange } from '../../model/asks.js';
import { FIXED, unknownOption } from '../../model/options.js';
import type { Network } from '../../model/records.js';
import type { Context } from '../context.js';
import { driverOf, sceneOf } from '../describe.js';
import { parseEgress, requireInlet } from './egress.js';
import { amend } from './labels.js';
import { amendRates, limitable } from './rates.js';

/** A network as a change leaves it: each field of the change is one of the record, from which all else is described. Throws what refuses it. */
export function changeNetwork(context: Context, before: Network, change: NetworkChange): Network {
  const { egress: old, rates, ...rest } = before;
  const egress = change.egress === undefined ? old : (change.egress && parseEgress(change.egress)) || undefined;
  if (before.template) requireTemplates(before.name, change);
  if (change.egress) requireInlet(driverOf(context, before.driver), before, egress);
  limitable(before.name, driverOf(context, before.driver), change.rates);
  const after: Network = {
    ...rest,
    ...(egress && { egress }),
    ...amendRates(rates, change.rates),
    labels: amend(before.labels, change.labels),
    options: amend(before.options, change.options),
  };
  checkOptions(context, before, after, change);
  return after;
}

// A template has what the networks made from it are given, and these alone have a life in which to be limited.
function requireTemplates(name: string, { egress, rates = {} }: NetworkChange): void {
  if (egress) throw failure('config-only-with', { name, what: '--egress' });
  if (Object.values(rates).some((each) => each !== null)) throw failure('config-only-with', { name, what: 'a rate (--rate-in, --rate-out, --burst)' });
}

function checkOptions(context: Context, before: Network, after: Network, { options = {} }: NetworkChange): void {
  if (Object.keys(options).length === 0) return;
  if (before.predefined) throw failure('network-predefined', { name: before.name, what: 'given other options' });
  if (before.template) return checkTemplate(before, options);
  const driver = driverOf(context, after.driver);
  // Else a slip in the name would leave as it is what somebody believes to be back: the guard, say.
  const slip = Object.keys(options).find((name) => !Object.hasOwn(driver.options.network, name) && !Object.hasOwn(before.options, name));
  if (slip !== undefined) throw unknownOption(driver.name, slip, Object.keys(driver.options.network));
  driver.check?.(sceneOf(context, after), context.records.endpointsOf(after.id));
  // One that it never had is a slip of the pen; the driver says so.
  const stray = Object.keys(options).find((name) => options[name] === null && !Object.hasOwn(before.options, name));
  if (stray !== undefined && !Object.hasOwn(driver.options.network, stray)) driver.parseNetwork({ [stray]: '' });
  const option = Object.keys(options).find((name) => driver.options.network[name]?.fixed && (options[name] ?? undefined) !== before.options[name]);
  if (option === undefined) return;
  const value = options[option] ?? before.options[option] ?? '';
  throw failure('option-invalid', { option, value, reason: FIXED, mend: 'make another network with what you want' });
}

// Which options there are, the driver of a network that is made from it says then.
function checkTemplate({ name, options: old }: Network, options: NonNullable<NetworkChange['options']>): void {
  const stray = Object.keys(options).find((option) => options[option] === null && !Object.hasOwn(old, option));
  if (stray === undefined) return;
  const has = Object.keys(old);
  throw failure('value-invalid', {
    field: 'options',
    value: stray,
    reason: `none that config-only network ${name} has`,
    mend: has.length === 0 ? 'it has none; leave it out' : `there are: ${has.join(', ')}`,
  });
}
