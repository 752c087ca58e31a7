import type { MethodDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

// The part of etcd's API (etcd 3.4, rpc.proto and kv.proto) that a store needs: `FIELD: 'TYPE NUMBER'`.
const MESSAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ResponseHeader: { cluster_id: 'uint64 1', revision: 'int64 3' },
  KeyValue: { key: 'bytes 1', mod_revision: 'int64 3', value: 'bytes 5' },
  RangeRequest: { key: 'bytes 1', range_end: 'bytes 2', limit: 'int64 3', revision: 'int64 4', keys_only: 'bool 8' },
  RangeResponse: { header: 'ResponseHeader 1', kvs: 'repeated KeyValue 2', more: 'bool 3' },
  PutRequest: { key: 'bytes 1', value: 'bytes 2', lease: 'int64 3' },
  DeleteRangeRequest: { key: 'bytes 1' },
  RequestOp: { request_range: 'RangeRequest 1', request_put: 'PutRequest 2', request_delete_range: 'DeleteRangeRequest 3', request_txn: 'TxnRequest 4' },
  ResponseOp: { response_range: 'RangeResponse 1' },
  Compare: { target: 'uint32 2', key: 'bytes 3', mod_revision: 'int64 6' },
  TxnRequest: { compare: 'repeated Compare 1', success: 'repeated RequestOp 2', failure: 'repeated RequestOp 3' },
  TxnResponse: { header: 'ResponseHeader 1', succeeded: 'bool 2', responses: 'repeated ResponseOp 3' },
  WatchRequest: { create_request: 'WatchCreateRequest 1' },
  WatchCreateRequest: { key: 'bytes 1', range_end: 'bytes 2', start_revision: 'int64 3', progress_notify: 'bool 4' },
  WatchResponse: {
    header: 'ResponseHeader 1',
    created: 'bool 3',
    canceled: 'bool 4',
    compact_revision: 'int64 5',
    cancel_reason: 'string 6',
    events: 'repeated Event 11',
  },
  Event: { type: 'uint32 1', kv: 'KeyValue 2' },
  LeaseGrantRequest: { TTL: 'int64 1' },
  LeaseGrantResponse: { header: 'ResponseHeader 1', ID: 'int64 2', TTL: 'int64 3' },
  LeaseRevokeRequest: { ID: 'int64 1' },
  LeaseRevokeResponse: {},
  LeaseKeepAliveRequest: { ID: 'int64 1' },
  LeaseKeepAliveResponse: { header: 'ResponseHeader 1', TTL: 'int64 3' },
  AuthenticateRequest: { name: 'string 1', password: 'string 2' },
  AuthenticateResponse: { token: 'string 2' },
};

const service = (calls: Readonly<Record<string, 'call' | 'stream'>>) => ({
  methods: Object.fromEntries(
    Object.entries(calls).map(([name, kind]) => {
      const stream = kind === 'stream';
      return [name, { requestType: `${name}Request`, responseType: `${name}Response`, requestStream: stream, responseStream: stream }];
    }),
  ),
});

const field = (text: string) => {
  const [id, type, rule] = text.split(' ').reverse();
  return { id: Number(id), type: type ?? '', ...(rule && { rule }) };
};

const messages = Object.entries(MESSAGES).map(([name, fields]) => [
  name,
  { fields: Object.fromEntries(Object.entries(fields).map(([key, text]) => [key, field(text)])) },
]);

const services = {
  KV: service({ Range: 'call', Txn: 'call' }),
  Watch: service({ Watch: 'stream' }),
  Lease: service({ LeaseGrant: 'call', LeaseRevoke: 'call', LeaseKeepAlive: 'stream' }),
  Auth: service({ Authenticate: 'call' }),
};

const root = { nested: { etcdserverpb: { nested: { ...Object.fromEntries(messages), ...services } } } };

// Numbers of leases have 64 bits: they are text.
const loaded = fromJSON(root, { keepCase: true, longs: String, defaults: true });
const method = <Asked, Answer>(of: string, name: string) =>
  (loaded[`etcdserverpb.${of}`] as Readonly<Record<string, unknown>>)[name] as MethodDefinition<Asked, Answer>;

/** An integer of 64 bits, decimal. */
type Int64 = string;

/** What each answer begins with: the cluster, and its revision. */
export interface Header {
  readonly cluster_id: Int64;
  readonly revision: Int64;
}

/** A key as etcd has it. */
export interface KeyValue {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly mod_revision: Int64;
}

/** Asks for keys from `key` to before `range_end`, as they were at `revision`. */
export interface RangeRequest {
  readonly key: Buffer;
  readonly range_end?: Buffer;
  readonly limit?: number;
  readonly revision?: number;
  readonly keys_only?: boolean;
}

interface RangeResponse {
  readonly header: Header;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
}

/** `target` 2 compares the revision of the last write; 0 is that of a key that is not there. */
export interface Compare {
  readonly target: 2;
  readonly key: Buffer;
  readonly mod_revision: number;
}

/** One part of a transaction. */
export type RequestOp =
  | { readonly request_range: RangeRequest }
  | { readonly request_put: { readonly key: Buffer; readonly value: Buffer; readonly lease?: Int64 } }
  | { readonly request_delete_range: { readonly key: Buffer } }
  | { readonly request_txn: TxnRequest };

/** All of `success` where every comparison holds, else all of `failure`, under one revision. */
export interface TxnRequest {
  readonly compare?: readonly Compare[];
  readonly success?: readonly RequestOp[];
  readonly failure?: readonly RequestOp[];
}

/** What became of a transaction. The revision is its own. */
export interface TxnResponse {
  readonly header: Header;
  readonly succeeded: boolean;
  readonly responses: readonly { readonly response_range?: RangeResponse }[];
}

interface WatchRequest {
  readonly create_request: { readonly key: Buffer; readonly range_end: Buffer; readonly start_revision: number; readonly progress_notify: boolean };
}

/** `type` 1 is a removal. All events of a revision are in one response. */
export interface Event {
  readonly type: number;
  readonly kv: KeyValue;
}

/** What a watch tells: that it was made, that it ends, or what happened. Without events: that all up to this revision was told. */
export interface WatchResponse {
  readonly header: Header;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compact_revision: Int64;
  readonly cancel_reason: string;
  readonly events: readonly Event[];
}

interface Ttl {
  readonly header: Header;
  readonly TTL: Int64;
}

/** The calls of etcd that a store uses. */
export const calls = {
  range: method<RangeRequest, RangeResponse>('KV', 'Range'),
  txn: method<TxnRequest, TxnResponse>('KV', 'Txn'),
  watch: method<WatchRequest, WatchResponse>('Watch', 'Watch'),
  grant: method<{ readonly TTL: number }, Ttl & { readonly ID: Int64 }>('Lease', 'LeaseGrant'),
  revoke: method<{ readonly ID: Int64 }, object>('Lease', 'LeaseRevoke'),
  keepAlive: method<{ readonly ID: Int64 }, Ttl>('Lease', 'LeaseKeepAlive'),
  authenticate: method<{ readonly name: string; readonly password: string }, { readonly token: string }>('Auth', 'Authenticate'),
};
