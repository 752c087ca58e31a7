import { failure } from '../base/error.js';
import { suggest } from '../base/suggest.js';
import type { Json } from '../base/json.js';
import type { Fairlead } from '../model/fairlead.js';

/** The options of a driver, as the daemon lists them. Throws `driver-unknown`. */
export async function driverHelp(fairlead: Fairlead, driver: string): Promise<string> {
  const { drivers } = await fairlead.info();
  const known = members(drivers);
  if (!Object.hasOwn(known, driver)) {
    const names = Object.keys(known);
    throw failure('driver-unknown', { driver, suggestion: suggest(driver, names), drivers: names.join(', ') });
  }
  const { network, endpoint } = members(known[driver]);
  return [
    ...section(`Options of ${/^[aeiou]/.test(driver) ? 'an' : 'a'} ${driver} network (fairlead network create -d ${driver} -o NAME=VALUE):`, network),
    '',
    ...section(`Options of an endpoint on it (--network name=NETWORK,driver-opt=NAME=VALUE):`, endpoint),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function section(title: string, table: Json | undefined): readonly string[] {
  const entries = Object.entries(members(table));
  if (entries.length === 0) return [title, '  it has none'];
  const width = Math.max(...entries.map(([name]) => name.length));
  return [title, ...entries.map(([name, help]) => `  ${name.padEnd(width)}  ${String(help)}`)];
}

const members = (value: Json | undefined): { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { readonly [name: string]: Json }) : {};
