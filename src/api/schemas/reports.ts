import { z } from 'zod';
import type { EndpointTraffic } from '../../model/endpoint-traffic.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Explanation, FairleadEvent, Finding } from '../../model/fairlead.js';
import { id } from './common.js';
import { networkAsk } from './networks.js';
import { components, fields, shape, text } from './shape.js';

/** What exists for an object. */
export const explanation = shape<Explanation>()(
  'Explanation',
  fields({ owner: text<Explanation['owner']>(), name: z.string(), commands: z.array(z.string()) }),
);

/** The body that asks for a plan. */
export const planAsk = shape<{ network: NetworkAsk }>()('PlanAsk', fields({ network: networkAsk }));

/** The commands of a plan. */
export const commands = shape<string[]>()('Commands', z.array(z.string()));

/** What the doctor found. */
export const findings = shape<Finding[]>()(
  'Findings',
  z.array(
    shape<Finding>()(
      'Finding',
      fields({ code: z.string(), object: z.string(), problem: z.string(), mend: z.string(), ours: z.boolean(), mended: z.boolean() }),
    ),
  ),
);

/** One event of the stream. */
export const event = shape<FairleadEvent>()(
  'Event',
  fields({
    at: z.number(),
    kind: z.enum(['network', 'sandbox', 'endpoint']),
    id,
    name: z.string(),
    network: id.exactOptional(),
    sandbox: id.exactOptional(),
    change: z.enum(['created', 'changed', 'joined', 'left', 'removed', 'healed', 'remade']),
  }),
);

/** The answer of a daemon that is ready. */
export const health = shape<{ ready: true; version: string }>()('Health', fields({ ready: z.literal(true), version: z.string() }));

const count = z.number().int().min(0);
const traffic = shape<EndpointTraffic['received']>()('Traffic', fields({ bytes: count, packets: count, errors: count, dropped: count }));

/** What has passed each endpoint. */
export const endpointTraffics = z.array(
  shape<EndpointTraffic>()('EndpointTraffic', fields({ endpoint: id, network: id, sandbox: id, received: traffic, sent: traffic })),
);
components.add(endpointTraffics, { id: 'EndpointTraffics' });
