import { z } from 'zod';
import type { ProcessId } from '../../base/process-id.js';
import type { Ip } from '../../ip/types.js';
import type { AliasAsk, DnsAsk, DnsChange, HostAsk, RemoveHow, SandboxAsk, SandboxChange, UntilAsk } from '../../model/asks.js';
import type { ExtraHostRecord, Sandbox, SandboxDns, SandboxProcess } from '../../model/records.js';
import { egress, egressAsk, id, strings, stringsChange } from './common.js';
import { attachAsk } from './endpoints.js';
import { portAsk, publishedPort } from './ports.js';
import { rates, ratesChange } from './rates.js';
import { problem } from './problem.js';
import { components, fields, shape, text } from './shape.js';

const processId = shape<ProcessId>()('ProcessId', fields({ pid: z.int(), started: z.string() }));

const untilAsk = shape<UntilAsk>()('UntilAsk', fields({ pid: z.int(), started: z.string().exactOptional() }));

const sandboxProcess = shape<SandboxProcess>()('SandboxProcess', fields({ pid: z.int(), started: z.string(), command: z.array(z.string()) }));

const hostAsk = shape<HostAsk>()('HostAsk', fields({ name: z.string(), address: z.string() }));

const dnsAsk = shape<DnsAsk>()(
  'DnsAsk',
  fields({
    servers: z.array(z.string()).exactOptional(),
    search: z.array(z.string()).exactOptional(),
    options: z.array(z.string()).exactOptional(),
    hosts: z.array(hostAsk).exactOptional(),
  }),
);

const dnsChange = shape<DnsChange>()(
  'DnsChange',
  fields({
    servers: z.array(z.string()).nullable().exactOptional(),
    search: z.array(z.string()).nullable().exactOptional(),
    options: z.array(z.string()).nullable().exactOptional(),
    hosts: fields({ add: z.array(hostAsk).exactOptional(), remove: z.array(z.string()).exactOptional() }).exactOptional(),
  }),
);

const aliasAsk = shape<AliasAsk>()('AliasAsk', fields({ name: z.string(), network: z.string().exactOptional() }));

const sandboxDns = shape<SandboxDns>()(
  'SandboxDns',
  fields({
    servers: z.array(text<Ip>()),
    search: z.array(z.string()).exactOptional(),
    options: z.array(z.string()).exactOptional(),
    hosts: z.array(shape<ExtraHostRecord>()('ExtraHost', fields({ name: z.string(), ip: text<ExtraHostRecord['ip']>() }))),
  }),
);

/** The body that creates a sandbox. */
export const sandboxAsk = shape<SandboxAsk>()(
  'SandboxAsk',
  fields({
    name: z.string().exactOptional(),
    hostname: z.string().exactOptional(),
    netns: z.string().exactOptional(),
    handed: z.string().exactOptional(),
    dns: dnsAsk.exactOptional(),
    labels: strings.exactOptional(),
    networks: z.array(attachAsk).exactOptional(),
    ports: z.array(portAsk).exactOptional(),
    egress: egressAsk.exactOptional(),
    rates: rates.exactOptional(),
    until: untilAsk.exactOptional(),
  }),
);

/** The body that changes a sandbox. */
export const sandboxChange = shape<SandboxChange>()(
  'SandboxChange',
  fields({
    name: z.string().exactOptional(),
    rates: ratesChange.exactOptional(),
    labels: stringsChange.exactOptional(),
    process: sandboxProcess.nullable().exactOptional(),
    ports: fields({ add: z.array(portAsk).exactOptional(), remove: z.array(portAsk).exactOptional() }).exactOptional(),
    aliases: fields({ add: z.array(aliasAsk).exactOptional(), remove: z.array(aliasAsk).exactOptional() }).exactOptional(),
    egress: egressAsk.nullable().exactOptional(),
    dns: dnsChange.exactOptional(),
  }),
);

/** A sandbox. */
export const sandbox = shape<Sandbox>()(
  'Sandbox',
  fields({
    id,
    name: z.string(),
    created: z.number(),
    state: z.enum(['creating', 'active', 'lost', 'removing']),
    stack: text<Sandbox['stack']>(),
    key: z.string(),
    adopted: z.string().exactOptional(),
    handed: z.string().exactOptional(),
    cookie: z.string(),
    hostname: z.string(),
    dns: sandboxDns,
    resolver: z.int().exactOptional(),
    labels: strings,
    ports: z.array(publishedPort),
    egress: egress.exactOptional(),
    rates: rates.exactOptional(),
    process: sandboxProcess.exactOptional(),
    holder: processId.exactOptional(),
  }),
);

/** The body that creates many. */
export const manySandboxes = shape<{ readonly sandboxes: readonly SandboxAsk[] }>()('SandboxAsks', fields({ sandboxes: z.array(sandboxAsk).max(1000) }));

/** What became of many. */
export const manyMade = z.array(z.union([fields({ sandbox }), fields({ status: z.int(), problem })]));
components.add(manyMade, { id: 'SandboxesMade' });

/** The body that removes many. */
export const removedSandboxes = shape<RemoveHow & { readonly sandboxes: readonly string[] }>()(
  'SandboxesToRemove',
  fields({ sandboxes: z.array(z.string()).max(1000), force: z.boolean().exactOptional(), settle: z.boolean().exactOptional() }),
);

/** What became of many. */
export const manyGone = z.array(z.union([fields({ ref: z.string() }), fields({ status: z.int(), problem })]));
components.add(manyGone, { id: 'SandboxesRemoved' });
