import type { FairleadClient } from '#dist/client/client.js';
import type { HostNamespace } from '../tool/host-namespace.js';
import type { Model, State, Thing } from './model.js';
import type { Random } from './random.js';

/** What a request is made with. */
export interface World {
  readonly client: FairleadClient;
  readonly host: HostNamespace;
}

/** One request, drawn and not yet made. */
export interface Ask {
  /** As a person would read it. */
  readonly text: string;
  run(world: World): Promise<unknown>;
  /** What is true once it is acknowledged. */
  readonly effects?: (model: Model) => ReadonlyMap<Thing, State | 'unknown'>;
  /** What its outcome depends on beside that. */
  readonly also?: readonly Thing[];
}

/** A kind of operation. It draws from random numbers alone, never from what was answered. */
export interface Operation {
  /** How often, against the others. */
  readonly weight: number;
  draw(random: Random): Ask;
}

/** One object that becomes this. */
export const makes = (thing: Thing, state: State) => () => new Map<Thing, State>([[thing, state]]);

/** The names that all clients use, so that they meet. */
export const NETWORKS = ['n0', 'n1', 'n2', 'n3', 'bridge'];
export const SANDBOXES = ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7'];
export const ENDPOINTS = ['e0', 'e1', 'e2'];

export const ownNetwork = (random: Random): string => random.pick(NETWORKS.filter((name) => name !== 'bridge'));
export const endpointRef = (random: Random): string => `${random.pick(NETWORKS)}/${random.pick([...ENDPOINTS, ...SANDBOXES.slice(0, 2)])}`;

/** Ports of the host that clients ask for by number; those that are given as the first free one; where they lead to: there a probe answers its name. */
export const NAMED_PORTS = [9000, 9001, 9002, 9003, 9004];
export const FREE_PORTS = { first: 9100, last: 9107 };
export const NAME_PORT = 7001;
export const LOOPBACK = '127.0.0.1';
export const HOST_IPS = ['0.0.0.0', LOOPBACK];

export const portThing = (protocol: string, ip: string, port: number): Thing => `port ${protocol} ${ip}:${port}`;
