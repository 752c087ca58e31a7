import { familyOf, parseIp } from '../ip/ip.js';
import { parsePrefixLoose, prefixFamily } from '../ip/prefix.js';
import type { Ip, Prefix } from '../ip/types.js';
import { flag, type OptionSpec } from './options.js';
import type { Strings } from './records.js';

/** Routes of an endpoint's sandbox by its link, beside those that its addresses and its network bring. */
export const ROUTES = 'com.fairlead.endpoint.routes';
/** Whether an endpoint may be the way out of its sandbox. */
export const LEADS_OUT = 'com.fairlead.endpoint.default_route';

/** A route by an endpoint's link. Without `via` what is there is on the segment itself. */
export interface EndpointRoute {
  readonly to: Prefix;
  readonly via?: Ip;
}

const WANTED =
  'write 10.9.0.0/16 via 10.64.0.1, or 10.9.0.0/16 alone for what is on the link itself; several with commas between, the way out is not one of them';

/** Reads a list of routes; nothing where it is none, or names a destination twice. */
export function parseRoutes(text: string): readonly EndpointRoute[] | undefined {
  const found = new Map<Prefix, EndpointRoute>();
  for (const each of text.split(',')) {
    const route = parseRoute(each.trim());
    if (!route || found.has(route.to)) return undefined;
    found.set(route.to, route);
  }
  return [...found.values()];
}

function parseRoute(text: string): EndpointRoute | undefined {
  const [destination = '', word, gateway = '', ...more] = text.split(/\s+/);
  const to = parsePrefixLoose(destination);
  // What leads everywhere is the way out, which is chosen among all endpoints of a sandbox.
  if (to === undefined || to.endsWith('/0') || more.length > 0) return undefined;
  if (word === undefined) return { to };
  const via = parseIp(gateway);
  return word === 'via' && via !== undefined && familyOf(via) === prefixFamily(to) ? { to, via } : undefined;
}

/** The same as text. */
export const printRoutes = (routes: readonly EndpointRoute[]): string => routes.map(({ to, via }) => (via === undefined ? to : `${to} via ${via}`)).join(',');

const routes: OptionSpec<readonly EndpointRoute[]> = {
  fallback: [],
  help: 'routes of the sandbox by this link, 10.9.0.0/16 via 10.64.0.1 say; several with commas between',
  parse: (text) => {
    const value = parseRoutes(text);
    return value ? { value } : { wanted: WANTED };
  },
};

/** What every endpoint with a link of its own can be told of routes. */
export const routeOptions = {
  [ROUTES]: routes,
  [LEADS_OUT]: flag(true, 'whether it may be the way out of the sandbox; where false none is made for it either'),
};

/** Whether an endpoint with these options may be its sandbox's way out. They were checked when they came in. */
export const leadsOut = (options: Strings): boolean => !/^(0|f|false)$/i.test(options[LEADS_OUT] ?? '');
