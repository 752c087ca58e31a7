import { failure } from '../base/error.js';
import type { Driver, EndpointScene, Joined, Scene } from '../model/driver.js';
import type { Endpoint, Network, Sandbox, Strings } from '../model/records.js';
import type { Owner } from '../resource/owner.js';
import { handedOver } from '../resource/handed.js';
import type { Resource } from '../resource/resource.js';
import type { Context } from './context.js';

/** The driver of a network. Throws `driver-unknown`. */
export function driverOf({ drivers }: Context, name: string): Driver {
  const driver = drivers.get(name);
  if (!driver) throw failure('driver-unknown', { driver: name, suggestion: '', drivers: [...drivers.keys()].join(', ') });
  return driver;
}

/** What a driver may know of a network. Options were checked when they came in; here they become values again. */
export function sceneOf(context: Context, network: Network): Scene {
  const driver = driverOf(context, network.driver);
  const inlet = driver.inlet?.(network);
  const leaves = context.records.leaves.count(network.id);
  const here = context.cluster?.here;
  const secure = context.cluster?.wireguard.path;
  return {
    network,
    options: meaningOf(driver, network.options),
    ...(inlet !== undefined && { inlet }),
    ...(leaves > 0 && { leaves }),
    ...(here && { here }),
    ...(secure && { secure }),
  };
}

// A record is never changed in its place, and endpoints are described more often than their network changes.
function meaningOf(driver: Driver, options: Strings): unknown {
  const known = meanings.get(options);
  if (known?.driver === driver) return known.meaning;
  const meaning = driver.parseNetwork(options);
  meanings.set(options, { driver, meaning });
  return meaning;
}

const meanings = new WeakMap<Strings, { readonly driver: Driver; readonly meaning: unknown }>();

/** What an owner wants to exist. */
export type Claim = readonly [Owner, readonly Resource[]];

/** What a network wants: nothing while it is not realized. */
export function networkClaim(context: Context, network: Network): Claim {
  const owner: Owner = `network/${network.id}`;
  if (network.facts === null) return [owner, []];
  const scene = sceneOf(context, network);
  const features = context.features.map((feature) => feature.network?.(scene) ?? []);
  return [owner, (driverOf(context, network.driver).network?.(scene) ?? []).concat(...features)];
}

/** What a sandbox wants: its namespace and the way to its resolver; nothing in the host's own stack, nor once its namespace is lost. */
export function sandboxClaim({ id, state, stack, adopted, cookie, resolver }: Sandbox): Claim {
  const namespace: Resource = { kind: 'namespace', in: stack, ...(adopted !== undefined && { adopted: { path: adopted, cookie } }) };
  const names: readonly Resource[] =
    resolver === undefined ? [] : [{ kind: 'table', in: stack, family: 'inet', name: 'fairlead', skeleton: 'sandbox', resolver }];
  return [`sandbox/${id}`, stack === 'host' || state === 'lost' ? [] : [namespace, ...names]];
}

/** What an endpoint wants: nothing while it is not joined. `all` are those that are in its sandbox then. */
export function endpointClaim(context: Context, endpoint: Endpoint, all?: readonly Endpoint[], network?: Network): Claim {
  const owner: Owner = `endpoint/${endpoint.id}`;
  const sandbox = endpoint.sandbox === undefined ? undefined : context.records.sandboxes.find(endpoint.sandbox);
  return [owner, sandbox && endpoint.link ? endpointResources(context, endpoint, sandbox, all, network) : []];
}

/** What an endpoint in this sandbox is made of, on its network as that is or would be. */
export function endpointResources(
  context: Context,
  endpoint: Endpoint,
  sandbox: Sandbox,
  all?: readonly Endpoint[],
  network: Network = context.records.networks.get(endpoint.network),
): readonly Resource[] {
  const driver = driverOf(context, network.driver);
  const scene: EndpointScene = {
    ...sceneOf(context, network),
    endpoint,
    endpointOptions: driver.parseEndpoint(endpoint.options),
    sandbox,
    traits: driver.traits,
    beside: besideOf(context, endpoint, sandbox, all),
  };
  const resources = (driver.endpoint?.(scene) ?? []).concat(...context.features.map((feature) => feature.endpoint?.(scene) ?? []));
  return sandbox.handed === undefined || !endpoint.link ? resources : handedOver(resources, sandbox.stack, endpoint.link.inside);
}

/** Who stays in a sandbox and follows where its ports lead when others in it change or leave: nobody if it has no ports. */
export function staying({ records }: Context, { id, ports }: Sandbox, others: readonly Endpoint[]): readonly Endpoint[] {
  if (ports.length === 0) return [];
  const known = new Set(others.map((each) => each.id));
  return records.endpointsIn(id).filter((each) => each.link && each.state !== 'leaving' && each.state !== 'removing' && !known.has(each.id));
}

function besideOf(context: Context, endpoint: Endpoint, sandbox: Sandbox, all?: readonly Endpoint[]): readonly Joined[] {
  if (sandbox.ports.length === 0) return [];
  const others = all?.filter(({ id }) => id !== endpoint.id) ?? staying(context, sandbox, [endpoint]);
  return others.map((each) => ({ endpoint: each, network: context.records.networks.get(each.network) }));
}

/** An owner without claims. */
export const nothing = (owner: Owner): Claim => [owner, []];
