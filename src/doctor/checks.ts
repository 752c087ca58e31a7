import type { Check } from '../model/check.js';
import { acceptRaCheck } from './checks/accept-ra.js';
import { clusterSilentCheck } from './checks/cluster-silent.js';
import { conntrackCheck } from './checks/conntrack.js';
import { deviceLostCheck } from './checks/device-lost.js';
import { driftCheck } from './checks/drift.js';
import { endpointLostCheck } from './checks/endpoint-lost.js';
import { firewallCheck } from './checks/firewall.js';
import { forwardingCheck } from './checks/forwarding.js';
import { halfDoneCheck } from './checks/half-done.js';
import { loopbackOnlyCheck } from './checks/loopback-only.js';
import { hostAddressCheck } from './checks/host-address.js';
import { hostMovedCheck } from './checks/host-moved.js';
import { leaseLostCheck } from './checks/lease-lost.js';
import { lostCheck } from './checks/lost.js';
import { mtuCheck } from './checks/mtu.js';
import { nameClashCheck } from './checks/name-clash.js';
import { namesCheck } from './checks/names.js';
import { otherInstanceCheck } from './checks/other-instance.js';
import { overlapCheck } from './checks/overlap.js';
import { parentLostCheck } from './checks/parent-lost.js';
import { poolFullCheck } from './checks/pool-full.js';
import { portAddressCheck } from './checks/port-address.js';
import { unfollowedCheck } from './checks/unfollowed.js';
import { unrealizedCheck } from './checks/unrealized.js';
import { upstreamCheck } from './checks/upstream.js';

/** All that `doctor` looks for, in the order in which it tells: what is in the way of the rest comes first. */
export const checks: readonly Check[] = [
  otherInstanceCheck,
  clusterSilentCheck,
  hostMovedCheck,
  unfollowedCheck,
  unrealizedCheck,
  halfDoneCheck,
  driftCheck,
  lostCheck,
  endpointLostCheck,
  deviceLostCheck,
  parentLostCheck,
  forwardingCheck,
  acceptRaCheck,
  firewallCheck,
  conntrackCheck,
  overlapCheck,
  hostAddressCheck,
  portAddressCheck,
  mtuCheck,
  poolFullCheck,
  leaseLostCheck,
  nameClashCheck,
  namesCheck,
  upstreamCheck,
  loopbackOnlyCheck,
];
