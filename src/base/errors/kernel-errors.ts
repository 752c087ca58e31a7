import type { ErrorRows } from './error-rows.js';

export const kernelErrors = {
  // ── the kernel ──
  'resource-conflict': {
    status: 409,
    problem: '{resource} is claimed by {owner} with other values',
    mend: 'the two cannot hold at once; change or remove {owner}',
  },
  'bridge-full': {
    status: 503,
    problem: 'bridge {bridge} has 1023 ports, and the kernel gives it no more',
    mend: 'use another network: fairlead network create NAME; one on a bridge of Fairlead has further bridges',
  },
  'kernel-exists': {
    status: 409,
    problem: 'the kernel already has what "{command}" would make (EEXIST)',
    mend: 'somebody else made it; fairlead doctor shows what is not as it should be',
  },
  'kernel-absent': {
    status: 500,
    problem: 'the kernel does not have what "{command}" needs ({errno})',
    mend: 'somebody else removed it; fairlead doctor shows what is not as it should be',
  },
  'kernel-denied': {
    status: 500,
    problem: 'the kernel does not allow "{command}" ({errno})',
    mend: 'run as root, or in a user namespace: unshare -Urnm --map-root-user',
  },
  'family-off': {
    status: 409,
    problem: 'IPv6 is turned off there, so "{command}" cannot be done',
    mend: 'turn it on: sysctl -w {setting}=0',
  },
  'kernel-lacks': {
    status: 501,
    problem: 'this kernel cannot do "{command}" ({errno})',
    mend: '{mend}',
  },
  'guard-impossible': {
    status: 501,
    problem: 'this kernel cannot judge what sandboxes send: it was built without CONFIG_NF_TABLES_BRIDGE',
    mend: 'for a network whose sandboxes may send what they like: -o {option}=false',
  },
  'kernel-refused': { status: 500, problem: 'the kernel refused "{command}" ({errno})', mend: 'fairlead doctor shows what is not as it should be' },
  'descriptors-exhausted': {
    status: 503,
    problem: 'no file descriptor is left {use}: {limit} are allowed',
    mend: 'allow the daemon more: LimitNOFILE= of its unit, or ulimit -Hn; docs/guides/service.md',
  },
  'descriptors-few': {
    status: 500,
    problem: '{limit} file descriptors are allowed, and the daemon needs {floor} before anything is attached',
    mend: 'allow the daemon more: LimitNOFILE= of its unit, or ulimit -Hn; docs/guides/service.md',
  },
  'capability-missing': {
    status: 500,
    problem: 'this process is root, and yet may not configure networks: it lacks {missing}',
    mend: 'give it back: CapabilityBoundingSet= of its unit; docs/guides/service.md',
  },
  'kernel-closed': { status: 503, problem: 'the kernel connection is closed', mend: 'Fairlead is stopping; start it again' },
} as const satisfies ErrorRows;
