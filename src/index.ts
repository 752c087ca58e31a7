/**
 * Fairlead, the library: `createFairlead` opens an engine in this process.
 *
 * @module
 */
import { drivers } from './drivers/drivers.js';
import type { Fairlead } from './model/fairlead.js';
import { openFairlead } from './open-fairlead.js';
import type { FairleadOptions } from './options.js';

export { FairleadError } from './base/error.js';
export { connectFairlead, type FairleadClient } from './client/client.js';
export { type CniAsk, type CniRuntime, type CniRuntimeOptions, createCniRuntime } from './cni/runtime/runtime.js';
export type { ProcessId } from './base/process-id.js';
export type { ErrorCode } from './base/error-table.js';
export type { Log } from './base/log.js';
export type {
  AliasAsk,
  AttachAsk,
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
export type { Collection, DoctorHow, Endpoints, Explanation, Fairlead, FairleadEvent, Finding, Found } from './model/fairlead.js';
export type { Endpoint, Lease, Network, Pool, PoolAsk, PublishedPort, Sandbox, SandboxProcess, Strings } from './model/records.js';
export type { Rate, Rates } from './model/rates.js';
export type { DefaultBridge } from './model/default-bridge.js';
export type { ClusterHost, HostView } from './model/cluster.js';
export type { EtcdSettings } from './store/etcd/place.js';
export type { ClusterOptions, FairleadOptions } from './options.js';

/**
 * Opens an engine in this process: its state is read, the kernel is made to match, and what it manages works on after it is
 * closed. One engine a network namespace, one a state directory.
 *
 * Throws `value-invalid`, `state-locked`, `host-locked`, `state-denied`, `kernel-denied`.
 */
export async function createFairlead(options: FairleadOptions = {}): Promise<Fairlead> {
  return openFairlead(drivers, options);
}
