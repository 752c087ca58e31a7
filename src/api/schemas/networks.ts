import { z } from 'zod';
import type { NetworkAsk, NetworkChange } from '../../model/asks.js';
import type { Network, Pool, PoolAsk } from '../../model/records.js';
import { egress, egressAsk, facts, family, id, state, strings, stringsChange } from './common.js';
import { byName } from './by-name.js';
import { rates, ratesChange } from './rates.js';
import { fields, shape, text } from './shape.js';

const poolAsk = shape<PoolAsk>()(
  'PoolAsk',
  fields({
    subnet: z.string().exactOptional(),
    ipRange: z.string().exactOptional(),
    gateway: z.string().exactOptional(),
    auxAddresses: strings.exactOptional(),
  }),
);

/** The body that creates a network. */
export const networkAsk = shape<NetworkAsk>()(
  'NetworkAsk',
  fields({
    name: z.string(),
    id: z.string().exactOptional(),
    driver: z.string().exactOptional(),
    ipv4: z.boolean().exactOptional(),
    ipv6: z.boolean().exactOptional(),
    internal: z.boolean().exactOptional(),
    attachable: z.boolean().exactOptional(),
    configOnly: z.boolean().exactOptional(),
    configFrom: z.string().exactOptional(),
    rates: rates.exactOptional(),
    labels: strings.exactOptional(),
    options: strings.exactOptional(),
    egress: egressAsk.exactOptional(),
    ipam: fields({
      driver: z.string().exactOptional(),
      options: strings.exactOptional(),
      config: z.array(poolAsk).exactOptional(),
    }).exactOptional(),
  }),
);

/** The body that changes a network. */
export const networkChange = shape<NetworkChange>()(
  'NetworkChange',
  fields({
    rates: ratesChange.exactOptional(),
    labels: stringsChange.exactOptional(),
    options: stringsChange.exactOptional(),
    egress: egressAsk.nullable().exactOptional(),
  }),
);

const pool = shape<Pool>()(
  'Pool',
  fields({
    family,
    subnet: text<Pool['subnet']>(),
    range: text<Pool['subnet']>().exactOptional(),
    gateway: text<Pool['aux'][string]>().exactOptional(),
    aux: byName(text<Pool['aux'][string]>()),
    outside: z.literal(true).exactOptional(),
    facts: facts.exactOptional(),
  }),
);

/** A network. */
export const network = shape<Network>()(
  'Network',
  fields({
    id,
    name: z.string(),
    created: z.number(),
    state,
    driver: z.string(),
    scope: z.enum(['local', 'global']),
    predefined: z.boolean(),
    internal: z.boolean(),
    attachable: z.boolean(),
    template: z.array(poolAsk).exactOptional(),
    configFrom: z.string().exactOptional(),
    ipv4: z.boolean(),
    ipv6: z.boolean(),
    rates: rates.exactOptional(),
    labels: strings,
    options: strings,
    ipam: fields({ driver: z.string(), options: strings }),
    pools: z.array(pool),
    egress: egress.exactOptional(),
    shared: facts.exactOptional(),
    facts: facts.nullable(),
  }),
);
