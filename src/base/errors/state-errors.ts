import type { ErrorRows } from './error-rows.js';

export const stateErrors = {
  // ── state ──
  'state-locked': {
    status: 409,
    problem: 'the state in {path} is in use by process {pid}',
    mend: '{mend}',
  },
  'state-invalid': {
    status: 500,
    problem: 'the record {key} in {path} cannot be read: {reason}',
    mend: 'move it aside and define it again; nothing in the kernel was touched',
  },
  'state-damaged': {
    status: 500,
    problem: '{path} is damaged: {reason}',
    mend: 'put back a copy of it, or move it away to begin anew; nothing in the kernel was touched',
  },
  'state-closed': { status: 503, problem: 'the state in {path} is closed', mend: 'Fairlead is stopping; start it again' },
  'state-denied': { status: 500, problem: 'cannot write {path} ({errno})', mend: 'choose another place: --state DIR, --run DIR' },
  'state-full': {
    status: 503,
    problem: 'no space is left for the state in {path} ({errno})',
    mend: 'free some, and try again: what was not answered is as it was before',
  },
  'host-locked': {
    status: 409,
    problem: 'another Fairlead already manages this network namespace',
    mend: 'stop it, or start this one in a namespace of its own',
  },
  'instance-other': {
    status: 409,
    problem: 'the table {family} fairlead on this host is that of another Fairlead instance ({instance})',
    mend: 'start with its state directory (--state DIR); if that is lost: nft delete table {family} fairlead',
  },
  'table-taken': {
    status: 409,
    problem: 'a table {family} fairlead is on this host already, and no Fairlead made it',
    mend: 'rename or delete it: nft delete table {family} fairlead',
  },
  'undo-failed': { status: 500, problem: '{what}: {why}; and what was done before could not be undone: {reason}', mend: 'fairlead doctor shows what was left' },
} as const satisfies ErrorRows;
