import type { ErrorRows } from './error-rows.js';

export const nameErrors = {
  // ── names ──
  'resolver-refused': {
    status: 500,
    problem: 'the kernel does not let the resolver listen on 127.0.0.11 port {port} in sandbox {sandbox} ({errno})',
    mend: 'loopback must be up there: ip link set lo up',
  },
  'resolver-absent': {
    status: 503,
    problem: 'the resolver has ended and is not there again yet: {reason}',
    mend: 'it is started again by itself, once a second; why it ends is in the log of the daemon',
  },
  'resolver-closed': { status: 503, problem: 'the resolver is closed', mend: 'Fairlead is stopping; start it again' },
  'resolver-port-taken': {
    status: 503,
    problem: 'port {port} on 127.0.0.11 in sandbox {sandbox} is held by a program there, and so were others',
    mend: 'end the program that listens on all ports, then make the sandbox again',
  },
} as const satisfies ErrorRows;
