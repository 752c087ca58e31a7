import type { ErrorRows } from './error-rows.js';

export const daemonErrors = {
  // ── daemon and command line ──
  'daemon-absent': {
    status: 503,
    problem: 'no daemon answers at {socket}',
    mend: 'start one: sudo fairlead daemon      another place: FAIRLEAD_HOST=unix://…',
  },
  'daemon-nowhere': {
    status: 503,
    problem: 'the host of {socket} has no address that is known here ({code})',
    mend: 'look at its name: FAIRLEAD_HOST=https://NAME:PORT, or an address in place of it',
  },
  'sandbox-left': {
    status: 503,
    problem: 'no daemon answers at {socket} any more, and sandbox {sandbox} is left',
    mend: 'the daemon removes it at its next start: sudo fairlead daemon',
  },
  'daemon-elsewhere': {
    status: 400,
    problem: 'the daemon at {place} is on another machine, and commands start on this one',
    mend: 'use run and exec there; sandbox create and network connect work from here',
  },
  'daemon-denied': { status: 403, problem: 'this user may not speak to the daemon at {socket}', mend: 'use sudo, or join the group that owns the socket' },
  'daemon-answer': {
    status: 502,
    problem: 'the daemon at {socket} answered what this client does not understand: {reason}',
    mend: 'use a client and a daemon of one version: fairlead version',
  },
  'daemon-distrusted': {
    status: 502,
    problem: 'the daemon at {socket} and this client do not trust each other: {reason}',
    mend: 'each certificate is signed by the authority that the other end names, the daemon’s for the name that you use: docs/guides/remote.md',
  },
  'bridge-config-invalid': {
    status: 400,
    problem: 'the network bridge cannot be as it is configured: {reason}',
    mend: '{mend}; keys of [bridge]: docs/reference/config.md',
  },
  'config-unreadable': { status: 400, problem: 'the configuration {path} cannot be read: {reason}', mend: 'name a file that can be: --config FILE' },
  'config-invalid': { status: 400, problem: 'the configuration {path} cannot be used: {reason}', mend: '{keys}docs/reference/config.md' },
  'socket-taken': { status: 409, problem: 'another process already listens at {socket}', mend: 'stop it, or choose another place: --socket PATH' },
  'socket-refused': { status: 500, problem: 'cannot listen at {socket}: {reason}', mend: 'choose another place: --socket PATH' },
  'socket-path-long': {
    status: 400,
    problem: 'the socket path {path} has {bytes} bytes; the kernel takes at most {limit}',
    mend: 'choose a shorter one: --socket PATH, or FAIRLEAD_HOST=unix:///PATH',
  },
  'listen-invalid': { status: 400, problem: '"{place}" is no place to listen at', mend: '{forms}' },
  'listen-open': {
    status: 400,
    problem: 'everybody who reaches {place} could change every network',
    mend: 'listen at 127.0.0.1, or add --tls-cert, --tls-key and --tls-ca',
  },
  'listen-refused': { status: 500, problem: 'cannot listen at {place}: {reason}', mend: 'choose another port or address' },
  'tls-incomplete': { status: 400, problem: 'TLS needs all three: certificate, key and authority', mend: '{how}' },
  'tls-unreadable': {
    status: 400,
    problem: 'cannot use {path} for TLS: {reason}',
    mend: 'give files in PEM form that may be read, and a key that is the certificate’s',
  },
  'origin-refused': {
    status: 403,
    problem: 'a request with {header}: "{value}" is not answered: a page of another site could send it',
    mend: 'from a program, use the address that the daemon listens at, a name of this host (hostname, /etc/hosts), or one that its certificate has',
  },
  'group-absent': { status: 404, problem: 'no group "{group}" on this host', mend: 'make it: groupadd --system {group}' },
  'command-absent': {
    status: 404,
    problem: '"{command}" is no command on this host; {note}',
    mend: '{mend}',
  },
  'command-denied': { status: 403, problem: '"{command}" cannot be executed: {reason}', mend: 'check the file and its permissions' },
  'output-refused': {
    status: 507,
    problem: 'what is printed cannot be written: {reason}',
    mend: 'write it elsewhere, or make room there; only what is printed is missing',
  },
  'usage-invalid': { status: 400, problem: '{reason}', mend: 'how to use it: {help}' },
  internal: { status: 500, problem: 'an error that Fairlead did not expect: {reason}', mend: 'please report it with the output of: fairlead info' },
} as const satisfies ErrorRows;
