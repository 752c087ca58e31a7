import type {
  AliasAsk,
  AttachAsk,
  DnsAsk,
  DnsChange,
  EndpointAsk,
  EndpointChange,
  HostAsk,
  NetworkAsk,
  NetworkChange,
  PortAsk,
  PortRange,
  RatesChange,
  RemoveHow,
  SandboxAsk,
  SandboxChange,
  UntilAsk,
} from '../../model/asks.js';
import type { DoctorHow } from '../../model/fairlead.js';
import type { Rates } from '../../model/rates.js';
import type { PoolAsk, SandboxProcess } from '../../model/records.js';
import type { Protocol } from '../../resource/resource.js';
import { wrong } from '../../model/wrong.js';
import { anything, type Check, type Fields, fields, flag, listOf, mapOf, needed, number, numberOrText, oneOf, oneOrMore, orNull, text } from './shape.js';

// The form of what may be asked, as `model/asks.ts` types it. A program in JavaScript hands in what it likes; behind this it has its type. What a
// text or a number must be is said where it is parsed.

const PROTOCOLS: readonly Protocol[] = ['tcp', 'udp', 'sctp'];
const texts = listOf(text);
const strings = mapOf(text);
const amended = mapOf(orNull(text));
const rates = fields<Rates>({ in: numberOrText, out: numberOrText, burst: number });
const ratesChange = fields<RatesChange>({ in: orNull(numberOrText), out: orNull(numberOrText), burst: orNull(number) });
const range = fields<PortRange>({ first: needed(number), last: needed(number) });
const portOrRange: Check = (value, field) => {
  if (typeof value === 'number') return;
  if (typeof value !== 'object') throw wrong(field, value, 'neither a port nor a range of ports');
  range(value, field);
};
const port = fields<PortAsk>({
  protocol: oneOf(PROTOCOLS, 'no protocol: tcp, udp or sctp'),
  hostIp: text,
  hostPort: portOrRange,
  port: needed(portOrRange),
  held: flag,
});
const host = fields<HostAsk>({ name: needed(text), address: needed(text) });
const pool = fields<PoolAsk>({ subnet: text, ipRange: text, gateway: text, auxAddresses: strings });
const alias = fields<AliasAsk>({ name: needed(text), network: text });

const attachment: Fields<AttachAsk> = {
  network: needed(text),
  name: anything,
  ip: oneOrMore(text),
  ip6: oneOrMore(text),
  linkLocalIps: texts,
  mac: text,
  aliases: texts,
  links: strings,
  interfaceName: text,
  gatewayPriority: number,
  rates,
  labels: strings,
  options: strings,
};

export const networkAsk = fields<NetworkAsk>({
  name: needed(anything),
  id: text,
  driver: text,
  ipv4: flag,
  ipv6: flag,
  internal: flag,
  attachable: flag,
  configOnly: flag,
  configFrom: text,
  rates,
  labels: strings,
  options: strings,
  egress: texts,
  ipam: fields<NonNullable<NetworkAsk['ipam']>>({ driver: text, options: strings, config: listOf(pool) }),
});

export const networkChange = fields<NetworkChange>({ rates: ratesChange, labels: amended, options: amended, egress: orNull(texts) });

export const endpointAsk = fields<EndpointAsk>({ ...attachment, sandbox: text });

export const endpointChange = fields<EndpointChange>({ aliases: texts, links: strings, gatewayPriority: number, rates: ratesChange, labels: amended });

export const sandboxAsk = fields<SandboxAsk>({
  name: anything,
  hostname: text,
  netns: text,
  handed: text,
  dns: fields<DnsAsk>({ servers: texts, search: texts, options: texts, hosts: listOf(host) }),
  labels: strings,
  networks: listOf(fields<AttachAsk>(attachment)),
  ports: listOf(port),
  egress: texts,
  rates,
  until: fields<UntilAsk>({ pid: needed(number), started: text }),
});

export const sandboxChange = fields<SandboxChange>({
  name: anything,
  labels: amended,
  process: orNull(fields<SandboxProcess>({ pid: needed(number), started: needed(text), command: needed(texts) })),
  ports: fields<NonNullable<SandboxChange['ports']>>({ add: listOf(port), remove: listOf(port) }),
  rates: ratesChange,
  aliases: fields<NonNullable<SandboxChange['aliases']>>({ add: listOf(alias), remove: listOf(alias) }),
  egress: orNull(texts),
  dns: fields<DnsChange>({
    servers: orNull(texts),
    search: orNull(texts),
    options: orNull(texts),
    hosts: fields<NonNullable<DnsChange['hosts']>>({ add: listOf(host), remove: texts }),
  }),
});

export const removeHow = fields<RemoveHow>({ force: flag, settle: flag });
export const doctorHow = fields<DoctorHow>({ fix: flag, of: text });
export const planAsk = fields<{ readonly network: NetworkAsk }>({ network: needed(anything) });
