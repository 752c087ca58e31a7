import { failure } from '../../base/error.js';
import { flag, oneOf, type OptionSpec, type OptionValues, parseOptions, wholeNumber } from '../../model/options.js';
import type { Strings } from '../../model/records.js';

const IDENTITIES = ['mac', 'name', 'endpoint'] as const;
const SOURCES = ['subnet', 'dhcp'] as const;

/** One option's text of a message: printable, as short as the message has room for. */
const words = (help: string): OptionSpec<string | undefined> => ({
  fallback: undefined,
  help,
  parse: (text) => (/^[\x20-\x7e]{1,64}$/.test(text) ? { value: text } : { wanted: 'write 1 to 64 printable characters' }),
});

const table = {
  timeout: wholeNumber(1, 120, 'seconds until nobody has answered (default: 10)'),
  'rapid-commit': flag(false, 'whether a server of IPv6 may give an address by two messages in place of four; each that does keeps one'),
  'client-id': oneOf(IDENTITIES, 'mac', 'what the server knows a sandbox by'),
  ipv6: oneOf(SOURCES, 'subnet', 'whether addresses of IPv6 are of a subnet of yours, or of DHCPv6 servers'),
  hostname: oneOf(['name', 'none'], 'name', 'whether the server is told its name'),
  'vendor-class': words('what it is told to be, of IPv4'),
};

/** The options of the DHCP client, of a network, parsed. */
export interface DhcpOptions {
  /** Milliseconds. */
  readonly patience: number;
  /**
   * What a server knows a client by: its MAC address; its name and network, so that a sandbox that is made again has its address again; or
   * itself alone.
   */
  readonly identity: (typeof IDENTITIES)[number];
  /** Where addresses of IPv6 are from. */
  readonly ipv6: (typeof SOURCES)[number];
  /** Whether a server of IPv6 may give an address at once (RFC 8415 §5.1, "two-message exchange"). */
  readonly rapid: boolean;
  readonly named: boolean;
  readonly vendorClass: string | undefined;
}

const PATIENCE = 10;

/** Parses them. Throws `ipam-option-unknown` and `option-invalid`. */
export function parseDhcpOptions(raw: Strings): DhcpOptions {
  const unknown = Object.keys(raw).find((option) => !Object.hasOwn(table, option));
  if (unknown !== undefined) throw failure('ipam-option-unknown', { driver: 'dhcp', option: unknown, mend: `there are: ${Object.keys(table).join(', ')}` });
  const values: OptionValues<typeof table> = parseOptions('dhcp', table, raw);
  return {
    patience: (values.timeout ?? PATIENCE) * 1000,
    identity: values['client-id'],
    ipv6: values.ipv6,
    rapid: values['rapid-commit'],
    named: values.hostname === 'name',
    vendorClass: values['vendor-class'],
  };
}
