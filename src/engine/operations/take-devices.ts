import { failure } from '../../base/error.js';
import type { Facts } from '../../base/json.js';
import { parseMac } from '../../ip/mac.js';
import type { Driver, Taken } from '../../model/driver.js';
import type { Endpoint } from '../../model/records.js';
import type { Survey } from '../../resource/survey.js';
import type { Context } from '../context.js';
import { namedIn } from '../named-in.js';
import { driverOf, sceneOf } from '../describe.js';

/** Endpoints with what they have of the host to themselves, held in memory. */
export interface TakenDevices {
  readonly endpoints: readonly Endpoint[];
  readonly undo: () => void;
}

/** Chooses a network card, say, for each endpoint that is to have one. Throws what its driver refuses. */
export async function takeDevices(context: Context, joining: readonly Endpoint[]): Promise<TakenDevices> {
  const { records, kernel } = context;
  if (!joining.some((each) => takerOf(context, each))) return { endpoints: joining, undo: () => {} };
  const survey = await kernel.surroundings(namedIn(...joining.map(({ options }) => options)));
  const held: Endpoint[] = [];
  const undo = () => {
    for (const each of held) records.reserve(each);
  };
  try {
    // Nothing is awaited between looking at what others hold and holding one: two cannot choose the same.
    const endpoints = joining.map((endpoint) => {
      const driver = takerOf(context, endpoint);
      if (!driver) return endpoint;
      const taken = withFacts(endpoint, choose(context, driver, endpoint, survey));
      held.push(endpoint);
      records.reserve(taken);
      return taken;
    });
    return { endpoints, undo };
  } catch (error) {
    undo();
    throw error;
  }
}

function takerOf(context: Context, { network }: Endpoint): Driver | undefined {
  const driver = driverOf(context, context.records.networks.get(network).driver);
  return driver.take && driver;
}

function choose(context: Context, driver: Driver, endpoint: Endpoint, survey: Survey): Facts {
  const scene = { ...sceneOf(context, context.records.networks.get(endpoint.network)), endpoint, endpointOptions: driver.parseEndpoint(endpoint.options) };
  const facts = driver.take?.(scene, survey, takenBy(context, endpoint));
  if (!facts) throw failure('internal', { reason: `driver ${driver.name} gives nothing to an endpoint` });
  return facts;
}

// By the link's name, and by what it is of its card where it is a part of one: that link is not on the host then.
function takenBy({ records }: Context, { id }: Endpoint): Taken {
  return new Map(
    records.endpoints.list().flatMap((each): (readonly [string, string])[] => {
      if (each.id === id || !each.facts) return [];
      const name = records.endpoints.fullName(each.id);
      return [each.facts['device'], each.facts['function']].flatMap((held) => (typeof held === 'string' ? [[held, name] as const] : []));
    }),
  );
}

function withFacts(endpoint: Endpoint, facts: Facts): Endpoint {
  const mac = typeof facts['mac'] === 'string' ? parseMac(facts['mac']) : undefined;
  return { ...endpoint, facts, ...(mac && { mac }) };
}
