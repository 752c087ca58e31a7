import type { ErrorRows } from './error-rows.js';

export const objectErrors = {
  // ── objects ──
  'network-absent': { status: 404, problem: 'no network "{ref}"', mend: 'those there are: fairlead network ls' },
  'sandbox-absent': { status: 404, problem: 'no sandbox "{ref}"', mend: 'those there are: fairlead sandbox ls' },
  'endpoint-absent': { status: 404, problem: 'no endpoint "{ref}"', mend: 'those there are: fairlead endpoint ls' },
  'object-absent': {
    status: 404,
    problem: 'no network, sandbox or endpoint "{ref}"',
    mend: 'fairlead network ls, sandbox ls and endpoint ls show what there is',
  },
  'reference-ambiguous': { status: 400, problem: '"{ref}" could be several: {candidates}', mend: 'name one of them, or give more of its id' },
  'endpoint-name-taken': { status: 403, problem: 'endpoint with name {name} already exists in network {network}', mend: 'choose another endpoint name' },
  'network-in-use': {
    status: 403,
    problem: 'network {name} has active endpoints ({endpoints})',
    mend: '{mend}',
  },
  'docker-port-allocated': {
    status: 409,
    problem: 'Bind for {address}:{port} failed: port is already allocated ({why})',
    mend: 'stop what has it, or choose another: -p OTHER:PORT',
  },
  'docker-network-differs': {
    status: 409,
    problem: 'network "{name}" is here already, with {what} {has}, and Docker was asked for {wanted}',
    mend: 'ask for the same, or for another name: docker network create -d fairlead -o fairlead.network=NAME',
  },
  'network-of-docker': {
    status: 409,
    problem: 'Docker has network {name} through its plugin, and would not know that it is gone',
    mend: 'docker network rm takes it away on both sides; fairlead network rm --force {name} here alone',
  },
  'network-predefined': {
    status: 403,
    problem: '{name} is a pre-defined network and cannot be {what}',
    mend: 'networks of your own: fairlead network create NAME',
  },
  'config-only-with': {
    status: 403,
    problem: 'config-only network {name} cannot have {what}: it is only a template',
    mend: 'give that to the networks made from it: fairlead network create --config-from {name} …',
  },
  'config-from-with': {
    status: 403,
    problem: 'network {name} cannot have {what} of its own beside --config-from {template}',
    mend: 'leave it out, or leave --config-from out and give all of it here',
  },
  'config-absent': {
    status: 404,
    problem: 'no config-only network "{name}"{other}',
    mend: 'make one: fairlead network create --config-only NAME',
  },
  'config-in-use': {
    status: 403,
    problem: 'configuration network "{name}" is in use by {users}',
    mend: 'remove the networks made from it first: fairlead network rm {users}',
  },
  'config-only-joined': {
    status: 403,
    problem: 'network {network} is config-only: nothing can be attached to it',
    mend: 'make a network from it: fairlead network create --config-from {network} NAME',
  },
  'network-single': { status: 403, problem: 'only one instance of "{driver}" network is allowed', mend: 'use the one there is: {existing}' },
  'network-exclusive': { status: 403, problem: '{sandbox} cannot join network "{network}": {reason}', mend: 'make another sandbox for it' },
  'subnet-twice': {
    status: 403,
    problem: '{sandbox} cannot join network "{network}": it is on network "{other}", which has the same subnet {subnet}',
    mend: 'leave that first: fairlead network disconnect {other} …; or make one of them with another subnet',
  },
  'endpoint-joined': {
    status: 403,
    problem: 'endpoint {endpoint} is already attached to sandbox {sandbox}',
    mend: 'leave it first: fairlead endpoint leave {endpoint}',
  },
  'endpoint-not-joined': {
    status: 403,
    problem: 'cannot leave endpoint {endpoint} with no attached sandbox',
    mend: 'join it first: fairlead endpoint join {endpoint} SANDBOX',
  },
  'endpoint-automatic': {
    status: 403,
    problem: 'endpoint {endpoint} is the way out that sandbox {sandbox} was given, and goes when it has another',
    mend: 'connect the sandbox to a network with a way out, or disconnect it from those without',
  },
  'endpoint-active': {
    status: 403,
    problem: 'endpoint with name {endpoint} is attached to sandbox {sandbox}',
    mend: 'leave first, or force it: fairlead endpoint rm -f {endpoint}',
  },
  'sandbox-connected': {
    status: 403,
    problem: 'sandbox {sandbox} is already connected to network {network}',
    mend: 'disconnect it first: fairlead network disconnect {network} {sandbox}',
  },
  'sandbox-not-connected': {
    status: 404,
    problem: 'sandbox {sandbox} is not connected to network {network}',
    mend: 'its networks: fairlead sandbox inspect {sandbox}',
  },
  'sandbox-busy': {
    status: 403,
    problem: 'sandbox {sandbox} still runs a process (pid {pid})',
    mend: 'end it and remove the sandbox: fairlead sandbox rm -f {sandbox}',
  },
  'namespace-invalid': { status: 400, problem: '"{path}" is no network namespace: {reason}', mend: 'give a path such as /proc/PID/ns/net or /run/netns/NAME' },
  'namespace-lost': {
    status: 403,
    problem: 'sandbox {sandbox} has lost its namespace: "{path}" is gone, or leads to another one now',
    mend: 'remove it, and make one for the namespace that there is: fairlead sandbox rm {sandbox}',
  },
  'namespace-taken': { status: 403, problem: 'namespace "{path}" is already present in sandbox {sandbox}', mend: 'one sandbox a namespace; use that sandbox' },
  'process-absent': {
    status: 404,
    problem: 'no process {pid} for the sandbox to go with{found}',
    mend: 'give the pid of one that runs, in the pid namespace of the daemon; fairlead run -d and sandbox create need none',
  },
  'interface-taken': {
    status: 403,
    problem: '{sandbox} already has an interface "{interface}"',
    mend: 'choose another ifname, or leave it out and one is picked',
  },
  'object-busy': { status: 409, problem: '{kind} {name} is being {what}', mend: 'try again when that is done' },
} as const satisfies ErrorRows;
