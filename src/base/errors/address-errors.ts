import type { ErrorRows } from './error-rows.js';

export const addressErrors = {
  // ── addresses ──
  'subnet-invalid': {
    status: 400,
    problem: 'subnet "{subnet}" is {reason}',
    mend: 'write it as 10.64.0.0/24 or fd00:64::/64, or leave it out and one is picked',
  },
  'pool-overlap': { status: 403, problem: 'subnet {subnet} overlaps {other} ({range})', mend: 'choose another, or leave it out and one is picked' },
  'pool-outside': { status: 400, problem: '{what} {value} is not inside subnet {subnet}', mend: 'choose one inside it, or another subnet' },
  'pools-exhausted': { status: 400, problem: 'all predefined address pools have been fully subnetted', mend: 'choose one yourself, 10.64.0.0/24 say' },
  'addresses-exhausted': {
    status: 503,
    problem: 'no available addresses on pool {pool}',
    mend: 'remove endpoints, or use a network with a larger subnet or range',
  },
  'address-taken': { status: 403, problem: 'address {address} is already in use{by}', mend: 'choose another, or leave it out and one is picked' },
  'address-in-use': {
    status: 409,
    problem: 'address {address} is used by {mac} on the segment of network {network} ({link})',
    mend: 'choose another: --network {network},ip=…; keep it from being picked: network create --aux-address other={address}',
  },
  'mac-taken': {
    status: 403,
    problem: 'MAC address {mac} is already in use{by} on network {network}',
    mend: 'choose another, or leave it out and one is made',
  },
  'address-outside': {
    status: 400,
    problem: 'address {address} does not belong to any of the subnets of network {network} ({subnets})',
    mend: 'choose one of these subnets, or leave it out and one is picked',
  },
  'address-family': {
    status: 400,
    problem: 'network {network} has no {family} and cannot give {address}',
    mend: 'make a network with it: fairlead network create {flag} …',
  },
  'ipam-unknown': {
    status: 404,
    problem: 'no IPAM driver "{driver}"',
    mend: 'IPAM drivers here: {drivers}; a plugin is found by its socket: /run/docker/plugins/NAME.sock',
  },
  'ipam-option-unknown': { status: 400, problem: 'IPAM driver {driver} has no option "{option}"', mend: '{mend}' },
  'dhcp-silent': {
    status: 503,
    problem: 'no {protocol} server answers on {link} for network {network} within {seconds} s',
    mend: 'is one there, on this very segment? wait longer: --ipam-opt timeout=30; addresses of your own: --subnet, without --ipam-driver dhcp',
  },
  'dhcp-unfit': {
    status: 503,
    problem: 'the {protocol} server {server} gives network {network} no address that fits: {reason}',
    mend: '{mend}',
  },
  'segment-absent': {
    status: 400,
    problem: 'network {network} is on no segment of which IPAM driver {ipam} could ask addresses: {reason}',
    mend: 'give it one: for driver bridge a bridge that is there, -o com.docker.network.bridge.name=NAME; for others -o parent=LINK, of ipvlan with ipvlan_mode=l2',
  },
} as const satisfies ErrorRows;
