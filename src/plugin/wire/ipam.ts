import { z } from 'zod';
import type { Facts } from '../../base/json.js';
import type { InterfaceAddress, Ip, Mac, Prefix } from '../../ip/types.js';
import { type Codec, map } from './codec.js';
import { strings, text, yes, struct } from '../../base/go-json.js';
import { address, ip, mac, prefix, reference } from './values.js';

export interface IpamCapabilities {
  /** An endpoint's MAC address is told when an address is asked for it. */
  readonly needsMac: boolean;
  /** It keeps nothing: what is held is asked for again when the engine starts. */
  readonly needsReplay: boolean;
}

/** Names of the spaces in which subnets must not overlap. */
export interface AddressSpaces {
  readonly local: string;
  readonly global: string;
}

export interface RequestPool {
  readonly space: string;
  readonly pool?: Prefix | undefined;
  /** The part of it from which addresses are given. */
  readonly range?: Prefix | undefined;
  readonly options: { readonly [name: string]: string };
  readonly v6: boolean;
}

export interface GivenPool {
  readonly id: string;
  readonly pool: Prefix;
  /** The address of the network's gateway, where the driver says it with the pool: none is asked for then. */
  readonly gateway?: InterfaceAddress | undefined;
  /** What else it says of it. */
  readonly data: { readonly [name: string]: string };
}

export interface PoolRef {
  readonly pool: string;
}

export interface RequestAddress extends PoolRef {
  readonly address?: Ip | undefined;
  /** It is for the network's gateway. */
  readonly gateway: boolean;
  /** Of the endpoint that it is for, where the driver's capabilities ask for it. */
  readonly mac?: Mac | undefined;
  /** What else was sent. */
  readonly options: { readonly [name: string]: string };
}

export interface GivenAddress {
  readonly address: InterfaceAddress;
  readonly data: { readonly [name: string]: string };
}

export interface ReleaseAddress extends PoolRef {
  readonly address?: Ip | undefined;
}

const ADDRESS_TYPE = 'RequestAddressType';
// The type of an address for a gateway; and what a gateway is named by in the data of a pool.
const GATEWAY = 'com.docker.network.gateway';
const MAC = 'com.docker.network.endpoint.macaddress';

// Texts by name, some of which are known.
const named = <Known extends z.ZodRawShape>(known: Known) => z.preprocess((value) => value ?? {}, z.object(known).catchall(z.string()));

const needed = <T>(value: T | undefined, context: { addIssue(issue: { code: 'custom'; message: string }): void }, complaint: string): T => {
  if (value === undefined) context.addIssue({ code: 'custom', message: complaint });
  return value as T;
};

export const ipamCapabilities: Codec<IpamCapabilities> = {
  schema: struct({ RequiresMACAddress: yes, RequiresRequestReplay: yes }).transform(({ RequiresMACAddress, RequiresRequestReplay }) => ({
    needsMac: RequiresMACAddress,
    needsReplay: RequiresRequestReplay,
  })),
  write: ({ needsMac, needsReplay }) => ({ RequiresMACAddress: needsMac, RequiresRequestReplay: needsReplay }),
};

export const addressSpaces: Codec<AddressSpaces> = {
  schema: struct({ LocalDefaultAddressSpace: text, GlobalDefaultAddressSpace: text }).transform(({ LocalDefaultAddressSpace, GlobalDefaultAddressSpace }) => ({
    local: LocalDefaultAddressSpace,
    global: GlobalDefaultAddressSpace,
  })),
  write: ({ local, global }) => ({ LocalDefaultAddressSpace: local, GlobalDefaultAddressSpace: global }),
};

export const requestPool: Codec<RequestPool> = {
  schema: struct({ AddressSpace: text, Pool: prefix, SubPool: prefix, Options: strings, V6: yes }).transform(
    ({ AddressSpace, Pool, SubPool, Options, V6 }) => ({ space: AddressSpace, pool: Pool, range: SubPool, options: Options, v6: V6 }),
  ),
  write: ({ space, pool, range, options, v6 }) => ({ AddressSpace: space, Pool: pool ?? '', SubPool: range ?? '', Options: map(options), V6: v6 }),
};

export const givenPool: Codec<GivenPool> = {
  schema: struct({ PoolID: reference, Pool: prefix, Data: named({ [GATEWAY]: address }) }).transform(
    ({ PoolID, Pool, Data: { [GATEWAY]: gateway, ...data } }, context) => ({ id: PoolID, pool: needed(Pool, context, 'no Pool'), gateway, data }),
  ),
  write: ({ id, pool, gateway, data }) => ({ PoolID: id, Pool: pool, Data: map({ ...data, [GATEWAY]: gateway }) }),
};

export const poolRef: Codec<PoolRef> = {
  schema: struct({ PoolID: reference }).transform(({ PoolID }) => ({ pool: PoolID })),
  write: ({ pool }) => ({ PoolID: pool }),
};

export const requestAddress: Codec<RequestAddress> = {
  schema: struct({ PoolID: reference, Address: ip, Options: named({ [ADDRESS_TYPE]: text, [MAC]: mac }) }).transform(
    ({ PoolID, Address, Options: { [ADDRESS_TYPE]: type, [MAC]: own, ...options } }) => ({
      pool: PoolID,
      address: Address,
      gateway: type === GATEWAY,
      mac: own,
      options,
    }),
  ),
  write: ({ pool, address: wanted, gateway, mac: own, options }) => {
    const all = map({ ...options, [ADDRESS_TYPE]: gateway ? GATEWAY : undefined, [MAC]: own });
    return { PoolID: pool, Address: wanted ?? '', Options: Object.keys(all).length > 0 ? all : null };
  },
};

export const givenAddress: Codec<GivenAddress> = {
  schema: struct({ Address: address, Data: strings }).transform(({ Address, Data }, context) => ({
    address: needed(Address, context, 'no Address'),
    data: Data,
  })),
  write: ({ address: given, data }) => ({ Address: given, Data: map(data) }),
};

export const releaseAddress: Codec<ReleaseAddress> = {
  schema: struct({ PoolID: reference, Address: ip }).transform(({ PoolID, Address }) => ({ pool: PoolID, address: Address })),
  write: ({ pool, address: given }): Facts => ({ PoolID: pool, Address: given ?? '' }),
};
