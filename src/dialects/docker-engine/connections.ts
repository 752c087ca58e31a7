import type { EndpointAsk } from '../../model/asks.js';
import { type EndpointSettings, networkConnect, networkDisconnect, readAs } from './bodies.js';
import { type Call, containerOf, networkOf } from './call.js';
import { Refusal } from './refusal.js';

/** `POST /networks/{id}/connect` */
export async function connect(call: Call): Promise<void> {
  const { Container, EndpointConfig } = await readAs(networkConnect, call.request);
  const network = await networkOf(call, call.ref);
  const sandbox = await containerOf(call, Container);
  if (PREDEFINED.includes(network.name)) plainly(EndpointConfig);
  await call.fairlead.endpoints.create({ ...asked(EndpointConfig), network: network.id, sandbox: sandbox.id });
}

/** `POST /networks/{id}/disconnect`: by force also an endpoint of that name whose container is gone. */
export async function disconnect(call: Call): Promise<void> {
  const { Container, Force } = await readAs(networkDisconnect, call.request);
  const network = await networkOf(call, call.ref);
  const own = (await call.fairlead.endpoints.list()).filter((each) => each.network === network.id);
  const sandbox = await containerOf(call, Container).catch((error: unknown) => {
    if (!Force) throw error;
    return undefined;
  });
  const endpoint = own.find((each) => (sandbox ? each.sandbox === sandbox.id : each.name === Container));
  if (!endpoint) throw new Refusal(sandbox ? 403 : 404, `container ${Container} is not connected to network ${network.name}`);
  await call.fairlead.endpoints.remove(endpoint.id, { force: true, settle: true });
}

const PREDEFINED: readonly string[] = ['bridge', 'host', 'none'];

// The Engine has names and chosen addresses on networks of users alone, and says all that is wrong at once.
function plainly({ IPAMConfig: { IPv4Address, IPv6Address }, Aliases }: EndpointSettings): void {
  const wrong = [
    ...(IPv4Address || IPv6Address ? ['user specified IP address is supported on user defined networks only'] : []),
    ...(Aliases.length > 0 ? ['network-scoped aliases are only supported for user-defined networks'] : []),
  ];
  if (wrong.length > 0) throw new Refusal(400, ['invalid endpoint settings:', ...wrong].join('\n'));
}

function asked({
  IPAMConfig: { IPv4Address, IPv6Address, LinkLocalIPs },
  MacAddress,
  Aliases,
  Links,
  DriverOpts,
  GwPriority,
}: EndpointSettings): Omit<EndpointAsk, 'network'> {
  return {
    ...(IPv4Address && { ip: IPv4Address }),
    ...(IPv6Address && { ip6: IPv6Address }),
    ...(LinkLocalIPs.length > 0 && { linkLocalIps: LinkLocalIPs }),
    ...(MacAddress && { mac: MacAddress }),
    aliases: Aliases,
    ...(Links.length > 0 && { links: Object.fromEntries(Links.map(link)) }),
    options: DriverOpts,
    gatewayPriority: GwPriority,
  };
}

// `CONTAINER:ALIAS`, or a name that is its own alias.
function link(text: string): readonly [alias: string, name: string] {
  const [name = '', alias = name, ...more] = text.split(':');
  if (name === '' || alias === '' || more.length > 0) throw new Refusal(400, `invalid format for links: ${text}`);
  return [alias, name.replace(/^\//, '')];
}
