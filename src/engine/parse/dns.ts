import { failure } from '../../base/error.js';
import type { DnsAsk, HostAsk } from '../../model/asks.js';
import { HOST_GATEWAY, type ExtraHostRecord, type SandboxDns } from '../../model/records.js';
import { readIp } from './addresses.js';
import { readAlias } from './attach.js';

// resolv.conf(5): glibc since 2.26 has no limit of six; a file that long is a mistake.
const MOST_SEARCHED = 32;
const OPTION = /^[a-z][a-z0-9-]*(:[0-9]+)?$/;

/** What a user asks of the names of a sandbox, checked. Throws `value-invalid`. */
export function parseDns({ servers = [], search, options, hosts = [] }: DnsAsk = {}): SandboxDns {
  return {
    servers: servers.map((server) => readIp('dns', server)),
    ...(search && { search: readSearch(search) }),
    ...(options && { options: options.map(readOption) }),
    hosts: hosts.map(readHost),
  };
}

// A lone "." is Docker's way to say: search nowhere.
function readSearch(search: readonly string[]): readonly string[] {
  const names = search.filter((name) => name !== '.').map((name) => readDomain(name.replace(/\.$/, '')));
  if (names.length <= MOST_SEARCHED) return names;
  throw failure('value-invalid', { field: 'dns-search', value: `${names.length} names`, reason: 'too many', mend: `at most ${MOST_SEARCHED}` });
}

function readDomain(name: string): string {
  if (/^[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,251}[a-zA-Z0-9_])?$/.test(name)) return name;
  throw failure('value-invalid', { field: 'dns-search', value: name, reason: 'no domain name', mend: 'example.com, or "." to search nowhere' });
}

function readOption(option: string): string {
  if (OPTION.test(option)) return option;
  throw failure('value-invalid', {
    field: 'dns-option',
    value: option,
    reason: 'no option of resolv.conf',
    mend: 'ndots:2, timeout:1, use-vc and so on: man 5 resolv.conf',
  });
}

function readHost({ name, address }: HostAsk): ExtraHostRecord {
  return { name: readAlias(name), ip: address === HOST_GATEWAY ? HOST_GATEWAY : readIp('add-host', address) };
}
