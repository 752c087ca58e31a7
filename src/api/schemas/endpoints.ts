import { z } from 'zod';
import type { Mac } from '../../ip/types.js';
import type { AttachAsk, EndpointAsk, EndpointChange, RemoveHow } from '../../model/asks.js';
import type { Endpoint, Lease } from '../../model/records.js';
import { facts, family, id, strings, stringsChange } from './common.js';
import { rates, ratesChange } from './rates.js';
import { fields, shape, text } from './shape.js';

const oneOrMore = z.union([z.string(), z.array(z.string())]);

/** How a sandbox is attached to a network. */
export const attachAsk = shape<AttachAsk>()(
  'AttachAsk',
  fields({
    network: z.string(),
    name: z.string().exactOptional(),
    ip: oneOrMore.exactOptional(),
    ip6: oneOrMore.exactOptional(),
    linkLocalIps: z.array(z.string()).exactOptional(),
    mac: z.string().exactOptional(),
    aliases: z.array(z.string()).exactOptional(),
    links: strings.exactOptional(),
    interfaceName: z.string().exactOptional(),
    gatewayPriority: z.int().exactOptional(),
    rates: rates.exactOptional(),
    labels: strings.exactOptional(),
    options: strings.exactOptional(),
  }),
);

/** The body that creates an endpoint. */
export const endpointAsk = shape<EndpointAsk>()('EndpointAsk', fields({ ...attachAsk.shape, sandbox: z.string().exactOptional() }));

/** The body that changes an endpoint. */
export const endpointChange = shape<EndpointChange>()(
  'EndpointChange',
  fields({
    aliases: z.array(z.string()).exactOptional(),
    links: strings.exactOptional(),
    gatewayPriority: z.int().exactOptional(),
    rates: ratesChange.exactOptional(),
    labels: stringsChange.exactOptional(),
  }),
);

/** The body that joins an endpoint to a sandbox. */
export const joinAsk = shape<{ sandbox: string }>()('JoinAsk', fields({ sandbox: z.string() }));

/** The body with which an endpoint leaves. */
export const leaveAsk = shape<RemoveHow>()('LeaveAsk', fields({ force: z.boolean().exactOptional(), settle: z.boolean().exactOptional() }));

const lease = shape<Lease>()(
  'Lease',
  fields({
    family,
    subnet: text<Lease['subnet']>(),
    ip: text<Lease['ip']>(),
    address: text<Lease['address']>(),
    asked: z.literal(true).exactOptional(),
    until: z.number().nullable(),
    learned: fields({
      gateway: text<Lease['ip']>().exactOptional(),
      routes: z.array(fields({ to: text<Lease['subnet']>(), via: text<Lease['ip']>().exactOptional() })),
      servers: z.array(text<Lease['ip']>()),
      search: z.array(z.string()),
      mtu: z.number().exactOptional(),
    }).exactOptional(),
    facts: facts.exactOptional(),
  }),
);

/** An endpoint. */
export const endpoint = shape<Endpoint>()(
  'Endpoint',
  fields({
    id,
    name: z.string(),
    created: z.number(),
    state: z.enum(['creating', 'created', 'joining', 'active', 'leaving', 'removing', 'lost']),
    network: id,
    host: z.string().exactOptional(),
    sandboxName: z.string().exactOptional(),
    sandbox: id.exactOptional(),
    facts: facts.exactOptional(),
    mac: text<Mac>().exactOptional(),
    leases: z.array(lease),
    awaits: z.array(text<Lease['ip']>()).exactOptional(),
    linkLocals: z.array(text<Lease['ip']>()),
    link: fields({ outside: z.string(), inside: z.string(), leaf: z.number().exactOptional() }).exactOptional(),
    interfaceName: z.string().exactOptional(),
    aliases: z.array(z.string()),
    links: strings.exactOptional(),
    automatic: z.literal(true).exactOptional(),
    gateway: z.array(family),
    gatewayPriority: z.number(),
    rates: rates.exactOptional(),
    labels: strings,
    options: strings,
  }),
);
