import { z } from 'zod';
import { readBody } from '../../base/read-body.js';
import { goJsonFault } from '../../base/go-json-fault.js';
import { complaint, int, listOf, strings, text, yes, struct } from '../../base/go-json.js';
import { Refusal } from './refusal.js';

const maybe = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);

const ipam = struct({
  Driver: text,
  Options: strings,
  Config: listOf(struct({ Subnet: text, IPRange: text, Gateway: text, AuxiliaryAddresses: strings })),
});

/** The body of `POST /networks/create`. */
export const networkCreate = struct({
  Name: text,
  Driver: text,
  Scope: text,
  EnableIPv4: maybe,
  EnableIPv6: maybe,
  Internal: yes,
  Attachable: yes,
  Ingress: yes,
  ConfigOnly: yes,
  ConfigFrom: struct({ Network: text }).transform(({ Network }) => Network),
  IPAM: ipam.nullish().transform((value) => value ?? undefined),
  Options: strings,
  Labels: strings,
});

const endpointSettings = struct({
  IPAMConfig: struct({ IPv4Address: text, IPv6Address: text, LinkLocalIPs: listOf(z.string()) }),
  MacAddress: text,
  Aliases: listOf(z.string()),
  Links: listOf(z.string()),
  DriverOpts: strings,
  GwPriority: int,
});

/** How a container is to be connected. */
export type EndpointSettings = z.infer<typeof endpointSettings>;

/** The body of `POST /networks/{id}/connect`. */
export const networkConnect = struct({
  Container: text,
  EndpointConfig: endpointSettings.nullish().transform((value) => value ?? endpointSettings.parse({})),
});

/** The body of `POST /networks/{id}/disconnect`. */
export const networkDisconnect = struct({ Container: text, Force: yes });

/** The body in this form. Throws a refusal that says what is wrong with it. */
export async function readAs<T>(schema: z.ZodType<T>, request: Request): Promise<T> {
  const read = schema.safeParse(await readJson(request));
  if (read.success) return read.data;
  throw new Refusal(400, `invalid JSON: ${complaint(read.error)}`);
}

async function readJson(request: Request): Promise<unknown> {
  const body = await readBody(request);
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (body !== '' && type.trim().toLowerCase() !== 'application/json') {
    throw new Refusal(400, `unsupported Content-Type header (${type.trim()}): must be 'application/json'`);
  }
  if (body.trim() === '') throw new Refusal(400, 'invalid JSON: got EOF while reading request body');
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Refusal(400, unreadable(body, cause));
  }
}

// In the words of the Engine (httputils `ReadJSON`), which its own tests look for.
function unreadable(body: string, cause: unknown): string {
  const fault = goJsonFault(body);
  if (fault?.kind === 'more') return 'unexpected content after JSON';
  if (fault?.kind === 'end') return 'invalid JSON: unexpected EOF';
  return `invalid JSON: ${fault?.reason ?? String(cause)}`;
}
