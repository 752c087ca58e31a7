import { z } from 'zod';
import type { PortAsk, PortRange } from '../../model/asks.js';
import type { PublishedPort } from '../../model/records.js';
import { fields, shape, text } from './shape.js';

const protocol = z.enum(['tcp', 'udp', 'sctp']);
const range = shape<PortRange>()('PortRange', fields({ first: z.int(), last: z.int() }));
const portOrRange = z.union([z.int(), range]);

/** A port of a sandbox that is to be published. */
export const portAsk = shape<PortAsk>()(
  'PortAsk',
  fields({
    protocol: protocol.exactOptional(),
    hostIp: z.string().exactOptional(),
    hostPort: portOrRange.exactOptional(),
    port: portOrRange,
    held: z.boolean().exactOptional(),
  }),
);

/** A published port. */
export const publishedPort = shape<PublishedPort>()(
  'PublishedPort',
  fields({
    protocol,
    ip: text<PublishedPort['ip']>(),
    port: z.number(),
    target: z.number(),
    byDefault: z.literal(true).exactOptional(),
    held: z.literal(false).exactOptional(),
  }),
);
