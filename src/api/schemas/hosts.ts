import { z } from 'zod';
import type { HostView } from '../../model/cluster.js';
import { components, fields, shape, text } from './shape.js';

/** The hosts of the cluster. */
export const hosts = z.array(
  shape<HostView>()(
    'Host',
    fields({
      name: z.string(),
      instance: z.string(),
      address: text<HostView['address']>(),
      state: z.enum(['alive', 'departed']),
      waits: z.number().int().min(0).exactOptional(),
      own: z.boolean(),
      endpoints: z.number().int().min(0),
    }),
  ),
);
components.add(hosts, { id: 'Hosts' });
