import { z } from 'zod';
import type { Facts, Json } from '../../base/json.js';
import { type Codec, nothing } from './codec.js';
import { createEndpoint, createdEndpoint, endpointRef, join, joined, nodeDiscovery, operInfo, programConnectivity } from './endpoint.js';
import { addressSpaces, givenAddress, givenPool, ipamCapabilities, poolRef, releaseAddress, requestAddress, requestPool } from './ipam.js';
import { allocateNetwork, allocated, createNetwork, gatewayCheck, gatewayOptions, networkCapabilities, networkRef } from './network.js';
import { listOf, struct } from '../../base/go-json.js';

/** One call: what is sent and what comes back. */
export interface Method<Ask, Answer> {
  readonly ask: Codec<Ask>;
  readonly answer: Codec<Answer>;
  /** It is sent without a body. */
  readonly bare?: true;
  /** A plugin need not know it: 404 is an answer. */
  readonly optional?: true;
}

const method = <Ask, Answer>(ask: Codec<Ask>, answer: Codec<Answer>): Method<Ask, Answer> => ({ ask, answer });
const bare = <Answer>(answer: Codec<Answer>): Method<void, Answer> => ({ ask: nothing, answer, bare: true });
const optional = <Ask, Answer>(each: Method<Ask, Answer>): Method<Ask, Answer> => ({ ...each, optional: true });

const activated: Codec<readonly string[]> = {
  schema: struct({ Implements: listOf(z.string()) }).transform(({ Implements }) => Implements),
  write: (kinds) => ({ Implements: [...kinds] }),
};

/** Every call of the protocol, by the kind of plugin and its name. */
export const methods = {
  Plugin: { Activate: bare(activated) },
  NetworkDriver: {
    GetCapabilities: bare(networkCapabilities),
    GwAllocCheck: optional(method(gatewayOptions, gatewayCheck)),
    AllocateNetwork: optional(method(allocateNetwork, allocated)),
    FreeNetwork: optional(method(networkRef, nothing)),
    CreateNetwork: method(createNetwork, nothing),
    DeleteNetwork: method(networkRef, nothing),
    CreateEndpoint: method(createEndpoint, createdEndpoint),
    DeleteEndpoint: method(endpointRef, nothing),
    EndpointOperInfo: optional(method(endpointRef, operInfo)),
    Join: method(join, joined),
    Leave: method(endpointRef, nothing),
    ProgramExternalConnectivity: optional(method(programConnectivity, nothing)),
    RevokeExternalConnectivity: optional(method(endpointRef, nothing)),
    DiscoverNew: optional(method(nodeDiscovery, nothing)),
    DiscoverDelete: optional(method(nodeDiscovery, nothing)),
  },
  IpamDriver: {
    GetCapabilities: optional(bare(ipamCapabilities)),
    GetDefaultAddressSpaces: bare(addressSpaces),
    RequestPool: method(requestPool, givenPool),
    ReleasePool: method(poolRef, nothing),
    RequestAddress: method(requestAddress, givenAddress),
    ReleaseAddress: method(releaseAddress, nothing),
  },
} as const;

// In which field of an answer an error stands.
const errorField = (kind: keyof typeof methods): 'Err' | 'Error' => (kind === 'IpamDriver' ? 'Error' : 'Err');

/** An answer that is an error. */
export const refusal = (kind: keyof typeof methods, reason: string): Facts => ({ [errorField(kind)]: reason });

/** The error that an answer is; nothing where it is none. */
export function errorIn(kind: keyof typeof methods, answer: Json | undefined): string | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  const said = (answer as Facts)[errorField(kind)];
  return typeof said === 'string' && said !== '' ? said.slice(0, 500) : undefined;
}
