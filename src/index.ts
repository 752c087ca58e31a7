/**
 * Fairlead, the library: `createFairlead` opens an engine in this process.
 *
 * @module
 */
import { drivers } from './drivers/drivers.js';
import type { Fairlead } from './model/fairlead.js';
import { openFairlead } from './open-fairlead.js';
import type { FairleadOptions } from './options.js';

export { type ErrorAsJson, FairleadError } from './base/error.js';
export { connectFairlead, type FairleadClient } from './client/client.js';
export { type CniAsk, type CniRuntime, type CniRuntimeOptions, createCniRuntime } from './cni/runtime/runtime.js';
export type { ProcessId } from './base/process-id.js';
export type { ErrorCode } from './base/error-table.js';
export type { Id } from './base/id.js';
export type { Facts, Json } from './base/json.js';
export type { Log } from './base/log.js';
export type { Family, InterfaceAddress, Ip, Mac, Prefix } from './ip/types.js';
export type { Traffic } from './resource/link-traffic.js';
export type { Owner } from './resource/owner.js';
export type { Protocol, Stack } from './resource/resource.js';
export type {
  AliasAsk,
  AttachAsk,
  CallHow,
  DnsAsk,
  DnsChange,
  EndpointAsk,
  EndpointChange,
  HostAsk,
  NetworkAsk,
  NetworkChange,
  PortAsk,
  PortRange,
  RatesChange,
  RemoveHow,
  SandboxAsk,
  SandboxChange,
  UntilAsk,
} from './model/asks.js';
export type {
  ClusterHosts,
  Collection,
  DoctorHow,
  Endpoints,
  Explanation,
  Fairlead,
  FairleadEvent,
  Finding,
  Found,
  Made,
  Removed,
  Sandboxes,
} from './model/fairlead.js';
export type { EndpointTraffic } from './model/endpoint-traffic.js';
export type {
  Egress,
  Endpoint,
  ExtraHostRecord,
  Learned,
  Lease,
  Network,
  Pool,
  PoolAsk,
  PublishedPort,
  Sandbox,
  SandboxDns,
  SandboxProcess,
  Strings,
} from './model/records.js';
export type { Rate, Rates } from './model/rates.js';
export type { DefaultBridge } from './model/default-bridge.js';
export type { ClusterHost, HostView } from './model/cluster.js';
export type { EtcdSettings } from './store/etcd/place.js';
export type { ClusterOptions, CniPlaceOptions, FairleadOptions, PluginOptions } from './options.js';

/**
 * Opens an engine in this process: its state is read, the kernel is made to match, and what it manages works on after it is
 * closed. One engine a network namespace, one a state directory. Close it by `await using`, or by `fairlead[Symbol.asyncDispose]()`: until then it keeps
 * the process alive.
 *
 * Throws `value-invalid`, `driver-unknown`, `option-unknown`, `state-locked`, `state-denied`, `state-damaged`, `host-locked`, `kernel-denied`,
 * `capability-missing`.
 */
export async function createFairlead(options: FairleadOptions = {}): Promise<Fairlead> {
  return openFairlead(drivers, options);
}
