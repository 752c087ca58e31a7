import { failure } from '../../base/error.js';
import { suggest } from '../../base/suggest.js';
import type { Ip } from '../../ip/types.js';
import type { DnsAsk, DnsChange, HostAsk } from '../../model/asks.js';
import { HOST_GATEWAY, type ExtraHostRecord, type SandboxDns } from '../../model/records.js';
import { nameKey } from '../../names/wire/name-key.js';
import { noServer } from '../../names/upstreams.js';
import { readIp } from './addresses.js';
import { readAlias } from './attach.js';

// resolv.conf(5): glibc since 2.26 has no limit of six; a file that long is a mistake.
const MOST_SEARCHED = 32;

// resolv.conf(5), resolv/res_init.c of glibc; musl knows the first three.
const NUMBERED = ['ndots', 'timeout', 'attempts'];
const PLAIN = [
  ...['debug', 'rotate', 'no-aaaa', 'no-check-names', 'inet6', 'ip6-bytestring', 'ip6-dotint', 'no-ip6-dotint', 'edns0'],
  ...['single-request', 'single-request-reopen', 'no-tld-query', 'use-vc', 'no-reload', 'trust-ad', 'strict-error'],
];

/** What a user asks of the names of a sandbox, checked. Throws `value-invalid`. */
export function parseDns({ servers = [], search, options, hosts = [] }: DnsAsk = {}): SandboxDns {
  return {
    servers: servers.map(readServer),
    ...(search && { search: readSearch(search) }),
    ...(options && { options: options.map(readOption) }),
    hosts: hosts.map(readHost),
  };
}

/** The same after a change: `null` is the host's way again. Throws `value-invalid`. */
export function changeDns(before: SandboxDns, { servers, search, options, hosts }: DnsChange): SandboxDns {
  const kept = { search: before.search, options: before.options };
  const now = {
    search: search === undefined ? kept.search : search && readSearch(search),
    options: options === undefined ? kept.options : options?.map(readOption),
  };
  return {
    servers: servers === undefined ? before.servers : (servers ?? []).map(readServer),
    ...(now.search && { search: now.search }),
    ...(now.options && { options: now.options }),
    hosts: changeHosts(before.hosts, hosts ?? {}),
  };
}

function changeHosts(before: SandboxDns['hosts'], { add = [], remove = [] }: NonNullable<DnsChange['hosts']>): SandboxDns['hosts'] {
  const gone = new Set(remove.map(lower));
  const known = new Set(before.map(({ name }) => lower(name)));
  for (const name of remove) {
    if (known.has(lower(name))) continue;
    const has = [...new Set(before.map((each) => each.name))].join(', ') || 'none';
    throw failure('value-invalid', { field: 'host-rm', value: name, reason: 'no name that the sandbox was given', mend: `those it was given: ${has}` });
  }
  const kept = before.filter(({ name }) => !gone.has(lower(name)));
  const fresh = add.map(readHost).filter(({ name, ip }) => !kept.some((each) => lower(each.name) === lower(name) && each.ip === ip));
  return [...kept, ...fresh];
}

const lower = (name: string): string => name.toLowerCase();

function readServer(text: string): Ip {
  const server = readIp('dns', text);
  const reason = noServer(server);
  if (reason === undefined) return server;
  throw failure('value-invalid', { field: 'dns', value: text, reason, mend: "name another server, or leave it out: then the host's are asked" });
}

// A lone "." is Docker's way to say: search nowhere.
function readSearch(search: readonly string[]): readonly string[] {
  const names = search.filter((name) => name !== '.').map((name) => readDomain(name.replace(/\.$/, '')));
  if (names.length <= MOST_SEARCHED) return names;
  throw failure('value-invalid', { field: 'dns-search', value: `${names.length} names`, reason: 'too many', mend: `at most ${MOST_SEARCHED}` });
}

function readDomain(name: string): string {
  if (/^[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,251}[a-zA-Z0-9_])?$/.test(name) && nameKey(name) !== undefined) return name;
  throw failure('value-invalid', { field: 'dns-search', value: name, reason: 'no domain name', mend: 'example.com, or "." to search nowhere' });
}

function readOption(option: string): string {
  const [name = '', number, ...more] = option.split(':');
  const known = number === undefined ? PLAIN.includes(name) : NUMBERED.includes(name) && /^\d+$/.test(number) && more.length === 0;
  if (known) return option;
  throw failure('value-invalid', {
    field: 'dns-option',
    value: option,
    reason: `no option of resolv.conf${suggest(option, [...NUMBERED.map((each) => `${each}:2`), ...PLAIN])}`,
    mend: 'ndots:2, timeout:1, use-vc and so on: man 5 resolv.conf',
  });
}

function readHost({ name, address }: HostAsk): ExtraHostRecord {
  return {
    name: readAlias(name, 'add-host'),
    ip: address === HOST_GATEWAY ? HOST_GATEWAY : readIp('add-host', address, undefined, `10.0.0.9, or ${HOST_GATEWAY}`),
  };
}
