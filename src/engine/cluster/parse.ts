import { z } from 'zod';
import { isId } from '../../base/id.js';
import type { Json } from '../../base/json.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { parseIp } from '../../ip/ip.js';
import { isUnicast, parseMac } from '../../ip/mac.js';
import { parsePrefix } from '../../ip/prefix.js';
import type { InterfaceAddress, Ip, Mac } from '../../ip/types.js';
import type { ClusterHost, Published } from '../../model/cluster.js';
import type { Network } from '../../model/records.js';

// What others wrote is believed in its form alone: a parser answers `undefined` for anything else.

const read = <T>(form: z.ZodType, value: Json): T | undefined => {
  const { success, data } = form.safeParse(value);
  return success ? (data as T) : undefined;
};

const id = z.string().refine(isId);
const strings = z.record(z.string(), z.string());
const family = z.union([z.literal(4), z.literal(6)]);
const ip = z.string().transform((text, context) => parsed(parseIp(text), context));
const mac = z.string().transform((text, context) => parsed(unicast(parseMac(text)), context));
const prefix = z.string().transform((text, context) => parsed(parsePrefix(text), context));
const address = z.string().refine(isInterfaceAddress);
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,253}$/;
const name = z.string().regex(NAME);
const rates = z.looseObject({});

const host = z.object({ name, instance: z.string().min(1).max(64), address: ip });

/** A host, as it wrote itself. */
export const readHost = (value: Json): ClusterHost | undefined => read(host, value);

const departed = z.object({ waited: z.number().nonnegative(), instance: z.string(), forgotten: z.literal(true).exactOptional() });

/** A host that went: for how many seconds its addresses have waited, and whether they are being taken from it. */
export interface Departed {
  readonly waited: number;
  readonly instance: string;
  readonly forgotten?: true;
}

/** How long a host is away. */
export const readDeparted = (value: Json): Departed | undefined => read(departed, value);

const network = z.object({
  id,
  name,
  created: z.number(),
  state: z.enum(['active', 'removing']),
  driver: z.string(),
  scope: z.literal('global'),
  predefined: z.literal(false),
  internal: z.boolean(),
  attachable: z.boolean(),
  configFrom: z.string().exactOptional(),
  ipv4: z.boolean(),
  ipv6: z.boolean(),
  rates: rates.exactOptional(),
  labels: strings,
  options: strings,
  ipam: z.object({ driver: z.string(), options: strings }),
  pools: z.array(z.object({ family, subnet: prefix, range: prefix.exactOptional(), gateway: ip.exactOptional(), aux: z.record(z.string(), ip) })),
  egress: z.array(z.string()).exactOptional(),
  shared: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.number())])).exactOptional(),
  remover: z.string().exactOptional(),
});

/** A network, without what each host makes of it, and the host that is removing it. */
export type SharedNetwork = Omit<Network, 'facts'> & { readonly remover?: string };

/** A network of global scope. */
export const readNetwork = (value: Json): SharedNetwork | undefined => read(network, value);

const endpoint = z.object({
  id,
  name,
  host: name,
  created: z.number(),
  state: z.enum(['created', 'active']),
  network: id,
  sandbox: id.exactOptional(),
  mac: mac.exactOptional(),
  leases: z.array(z.object({ family, subnet: prefix, ip, address, asked: z.literal(true).exactOptional(), until: z.number().nullable() })),
  linkLocals: z.array(ip),
  aliases: z.array(z.string()),
  gateway: z.array(family),
  gatewayPriority: z.number(),
  rates: rates.exactOptional(),
  labels: strings,
  options: strings,
});
const published = z.object({ endpoint, names: z.array(z.string()), services: z.array(z.string()), sandbox: z.string().exactOptional() });

/** An endpoint, as its host published it. */
export const readPublished = (value: Json): Published | undefined => read(published, value);

const holder = z.object({ host: name });

/** Who has an address. */
export const readHolder = (value: Json): { readonly host: string } | undefined => read(holder, value);

// No interface has any other, and no kernel forwards to one.
const unicast = (mac: Mac | undefined): Mac | undefined => (mac !== undefined && isUnicast(mac) ? mac : undefined);

function parsed<T>(value: T | undefined, context: z.RefinementCtx): T {
  if (value !== undefined) return value;
  context.addIssue({ code: 'custom', message: 'not readable' });
  return z.NEVER;
}

function isInterfaceAddress(text: string): boolean {
  const [before = '', length = ''] = text.split('/');
  const known: Ip | undefined = parseIp(before);
  return known !== undefined && /^\d{1,3}$/.test(length) && splitInterfaceAddress(text as InterfaceAddress).ip === known;
}
