import type { ErrorRows } from './error-rows.js';

export const driverErrors = {
  // ── drivers and options ──
  'driver-unknown': {
    status: 404,
    problem: 'no driver "{driver}"{suggestion}',
    mend: 'drivers here: {drivers}; a plugin is found by its socket: /run/docker/plugins/NAME.sock',
  },
  'option-unknown': {
    status: 400,
    problem: 'driver {driver} has no option "{option}"{suggestion}',
    mend: '{mend}',
  },
  'option-invalid': { status: 400, problem: 'option {option}: "{value}" is {reason}', mend: '{mend}' },
  'device-taken': {
    status: 403,
    problem: 'a link named "{device}" is already on this host and is not ours',
    mend: 'choose another, or a bridge, which is borrowed: com.docker.network.bridge.name=NAME',
  },
  'bridge-mismatch': {
    status: 403,
    problem: 'bridge "{device}" has the address {address} already, which is not {wanted}',
    mend: 'ask for the subnet and the gateway that it has, or for other ones',
  },
  'parent-bound': {
    status: 409,
    problem: 'link "{parent}" cannot lend a bridge what the host has by it: {what} names it',
    mend: 'name no link there, or take it away for as long',
  },
  'device-claimed': {
    status: 403,
    problem: 'network {network} already uses the bridge name "{device}"',
    mend: 'choose another: com.docker.network.bridge.name=NAME',
  },
  'parent-absent': {
    status: 404,
    problem: 'no link "{parent}" on this host',
    mend: 'those there are: ip link; {mend}',
  },
  'parent-down': { status: 403, problem: 'link "{parent}" is down, and nothing passes it', mend: 'set it up: ip link set {parent} up' },
  'parent-unfit': { status: 403, problem: 'link "{parent}" cannot carry this network: {reason}', mend: '{mend}' },
  'parent-claimed': {
    status: 403,
    problem: 'link "{parent}" is used by network {network} ({use}), which does not go with {wanted}',
    mend: '{mend}',
  },
  'device-absent': {
    status: 404,
    problem: 'no link of this host is {device}',
    mend: '{mend}',
  },
  'device-unfit': { status: 403, problem: 'link {device} cannot be given to a sandbox: {reason}', mend: '{mend}' },
  'device-busy': {
    status: 409,
    problem: 'link {device} is given to endpoint {endpoint} already',
    mend: 'take it back first: fairlead endpoint leave {endpoint}; or leave the option out, and a free one is picked',
  },
  'devices-exhausted': {
    status: 503,
    problem: 'network {network} has no free link to give: {reason}',
    mend: '{mend}',
  },
  'functions-absent': { status: 403, problem: 'link {device} cannot show virtual functions: {reason}', mend: '{mend}' },
  'function-refused': {
    status: 501,
    problem: 'link {pf} does not let its virtual function {index} have {what} ({errno})',
    mend: 'its driver or firmware does not know that, or not beside the rest; leave it out, or give another value',
  },
  'family-none': { status: 400, problem: 'network {name} has neither IPv4 nor IPv6', mend: 'leave one of them on' },
} as const satisfies ErrorRows;
