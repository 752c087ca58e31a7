import { FairleadError } from '../../base/error.js';
import { type ServiceError, status } from '@grpc/grpc-js';

/**
 * What an error of a call says. `lost`: nobody knows what became of the call, another member may do it. `stale`: nothing was done,
 * this connection's login has ended. All others: nothing was done, and another try would end as this one.
 */
export type Fault = 'lost' | 'stale' | 'denied' | 'lease-absent' | 'compacted' | 'too-large' | 'full' | 'distrusted' | 'refused';

const FAULTS: Readonly<Record<number, (details: string) => Fault>> = {
  [status.UNAUTHENTICATED]: () => 'stale',
  [status.PERMISSION_DENIED]: () => 'denied',
  [status.NOT_FOUND]: (details) => (details.includes('lease') ? 'lease-absent' : 'refused'),
  // A revision that is still to come is a member that lags behind.
  [status.OUT_OF_RANGE]: (details) => (details.includes('compacted') ? 'compacted' : 'lost'),
  [status.INVALID_ARGUMENT]: invalid,
  [status.RESOURCE_EXHAUSTED]: exhausted,
  [status.UNIMPLEMENTED]: () => 'refused',
};

/** What the error of a call says, by its status and, where etcd has one status for several things, by its words (rpctypes/error.go). */
export function faultOf(error: unknown): Fault {
  const { code, details } = error as Partial<ServiceError>;
  return (code === undefined ? undefined : FAULTS[code])?.(details ?? '') ?? 'lost';
}

/** What an error says when a link is made: whether the two ends know each other shows then. */
export function linkFaultOf(error: unknown): Fault {
  // An error of ours: the password cannot be read.
  if (FairleadError.is(error)) return 'refused';
  const fault = faultOf(error);
  return fault === 'lost' && /certificate|SSL|TLS|altnames/i.test(wordsOf(error)) ? 'distrusted' : fault;
}

/** The words of an error, without what gRPC puts around them. */
export function wordsOf(error: unknown): string {
  const { details, message } = error as Partial<ServiceError>;
  const text = details || message || String(error);
  return text
    .replace(/^No connection established\. Last error: (Error: )?/, '')
    .replace(/\.? ?Resolution note:.*$/s, '')
    .replace(/^etcdserver: /, '');
}

function invalid(details: string): Fault {
  // The rights of users were changed between the login and this call.
  if (details.includes('revision in header is old')) return 'stale';
  if (/user name is empty|authentication failed/.test(details)) return 'denied';
  return /too large|too many operations/.test(details) ? 'too-large' : 'refused';
}

// Of a question by the member, of an answer by our own limit: neither says what etcd thinks of it.
function exhausted(details: string): Fault {
  if (details.includes('space exceeded')) return 'full';
  return details.includes('larger than max') ? 'too-large' : 'lost';
}
