import { z } from 'zod';
import { readBody } from '../../base/read-body.js';
import { goJsonFault } from '../../base/go-json-fault.js';
import { complaint, listOf, mapOf, text, yes, struct } from '../../base/go-json.js';
import { Refusal } from './refusal.js';

const port = z
  .int()
  .min(0)
  .max(0xffff)
  .nullish()
  .transform((value) => value ?? 0);

/** `networkCreate`. Of its IPv4 configurations the first alone is looked at, and of that two fields. */
export const networkCreate = struct({
  name: text,
  id: text,
  network_type: text,
  ipv4_configuration: listOf(struct({ PreferredPool: text, SubPool: text })),
  driver_opts: mapOf(z.unknown()),
  network_opts: mapOf(z.unknown()),
});

/** `endpointCreate` */
export const endpointCreate = struct({ name: text, my_aliases: listOf(z.string()) });

/** `endpointJoin`: an alias is `NAME:ALIAS`, known to this sandbox alone. */
export const endpointJoin = struct({ sandbox_id: text, aliases: listOf(z.string()) });

/** `servicePublish` */
export const servicePublish = struct({ name: text, my_aliases: listOf(z.string()), network_name: text });

/** `serviceDelete` */
export const serviceDelete = struct({ name: text, force: yes });

/** `sandboxCreate`, without what needs files or a stack that is set later. */
export const sandboxCreate = struct({
  container_id: text,
  host_name: text,
  domain_name: text,
  dns: listOf(z.string()),
  extra_hosts: listOf(struct({ name: text, address: text })),
  use_default_sandbox: yes,
  port_mapping: listOf(struct({ Proto: port, Port: port, HostIP: text, HostPort: port, HostPortEnd: port })),
});

/** The body in this form. Throws a refusal that says what is wrong with it. */
export async function readAs<T>(schema: z.ZodType<T>, request: Request): Promise<T> {
  const read = schema.safeParse(await readJson(request));
  if (read.success) return read.data;
  throw new Refusal(400, `Invalid body: ${complaint(read.error)}`);
}

async function readJson(request: Request): Promise<unknown> {
  const body = await readBody(request);
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Refusal(400, `Invalid body: ${goJsonFault(body)?.reason ?? String(cause)}`);
  }
}
