import type { ErrorRows } from './error-rows.js';

export const portErrors = {
  // ── published ports ──
  'port-taken': {
    status: 409,
    problem: '{protocol} port {port} on {address} is held by {holder}, not by Fairlead',
    mend: '{mend}',
  },
  'port-claimed': {
    status: 409,
    problem: '{protocol} port {port} on {address} is published by sandbox {sandbox}{where}',
    mend: '{mend}',
  },
  'ports-exhausted': {
    status: 503,
    problem: 'no {protocol} port from {first} to {last} is free on {address}',
    mend: 'remove sandboxes that publish ports, or name another port or range',
  },
  'alias-absent': { status: 404, problem: 'sandbox {sandbox} has no alias {alias}', mend: 'those it has: fairlead sandbox inspect {sandbox}' },
  'port-absent': { status: 404, problem: 'sandbox {sandbox} does not publish {port}', mend: 'what it publishes: fairlead sandbox inspect {sandbox}' },
  'port-denied': {
    status: 403,
    problem: 'this process may not hold {protocol} port {port} on {address} ({errno})',
    mend: 'below 1024 it takes CAP_NET_BIND_SERVICE: CapabilityBoundingSet= of its unit; or publish on a port from 1024 on; docs/guides/service.md',
  },
  'port-address': {
    status: 400,
    problem: '{address} is no address of this host, so {protocol} port {port} cannot be published on it',
    mend: 'the addresses there are: ip address; without one it is published on all of them',
  },
} as const satisfies ErrorRows;
