import { FairleadError, failure } from '../../base/error.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Network } from '../../model/records.js';
import type { Records } from '../records.js';

/** Refuses what a config-only network cannot have: it is stored, and nothing more. Throws `config-only-with`. */
export function onlyConfig({ name, driver, internal, attachable, configFrom, egress, rates }: NetworkAsk): void {
  const what = [
    configFrom !== undefined && `a template of its own (--config-from ${configFrom})`,
    // Docker shows it as of the driver null.
    driver !== undefined && driver !== 'null' && `a driver (--driver ${driver})`,
    internal && '--internal',
    attachable && '--attachable',
    egress !== undefined && '--egress',
    rates && 'a rate (--rate-in, --rate-out, --burst)',
  ].find((each) => typeof each === 'string');
  if (what !== undefined) throw failure('config-only-with', { name, what });
}

/** What is asked for with what its template says. Throws `config-absent`, and `config-from-with` for what both would say. */
export function fromConfig(records: Records, ask: NetworkAsk): NetworkAsk {
  const { name, configFrom: template = '', labels = {}, options = {}, ipam = {} } = ask;
  const what = [
    ipam.driver !== undefined && 'an IPAM driver (--ipam-driver)',
    Object.keys(ipam.options ?? {}).length > 0 && 'IPAM options (--ipam-opt)',
    (ipam.config ?? []).length > 0 && 'subnets (--subnet)',
    Object.keys(labels).length > 0 && 'labels (--label)',
    Object.keys(options).length > 0 && 'options (--opt)',
    ask.ipv4 === false && 'IPv4 turned off (--ipv4=false)',
    ask.ipv6 === true && 'IPv6 turned on (--ipv6)',
  ].find((each) => typeof each === 'string');
  if (what !== undefined) throw failure('config-from-with', { name, template, what });
  const config = configNetwork(records, template);
  return {
    ...ask,
    ipv4: config.ipv4,
    ipv6: config.ipv6,
    labels: config.labels,
    options: config.options,
    ipam: { ...config.ipam, config: config.template },
  };
}

/** What reads a template's options, which its driver sees only now: an error says whose they are. Nobody has named one just now. */
export function ofTemplate<T>(template: string | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (template === undefined || !FairleadError.is(error)) throw error;
    const { code, status, message, values } = error;
    const mend = `is it for another --driver? else take it off: fairlead network update --opt-rm ${values['option'] ?? 'OPTION'} ${template}`;
    throw new FairleadError(code, status, `template ${template}: ${message}`, mend, values, { cause: error });
  }
}

/** The config-only network of this name; ids are not taken, as with Docker. Throws `config-absent`. */
export function configNetwork({ networks }: Records, name: string): Network & { readonly template: NonNullable<Network['template']> } {
  const [found] = networks.named(name);
  if (found?.template && found.state === 'active') return { ...found, template: found.template };
  throw failure('config-absent', { name, other: found && !found.template ? '; the network of that name is none' : '' });
}
