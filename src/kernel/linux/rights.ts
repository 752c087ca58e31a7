import { readFileSync } from 'node:fs';
import { failure } from '../../base/error.js';

// include/uapi/linux/capability.h: to configure networks, and to make, enter and mount namespaces.
const NEEDED: ReadonlyMap<string, bigint> = new Map([
  ['CAP_NET_ADMIN', 12n],
  ['CAP_SYS_ADMIN', 21n],
]);

/**
 * Throws `kernel-denied` where this thread lacks a right that all the rest needs, before anything is made, and `capability-missing` where it is root's all the
 * same. In a user namespace it may still lack them for the network namespace that it is in; setns(2) tells then.
 */
export function requireRights(): void {
  const missing = missingRights(readFileSync('/proc/thread-self/status', 'utf8'));
  if (missing.length === 0) return;
  throw process.geteuid?.() === 0
    ? failure('capability-missing', { missing: missing.join(' and ') })
    : failure('kernel-denied', { command: 'ip netns add', errno: 'EPERM' });
}

/** Which of the capabilities that are needed are not effective, from proc_pid_status(5); all where the text says nothing. */
export function missingRights(status: string): readonly string[] {
  const rights = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return [...NEEDED].filter(([, right]) => ((rights >> right) & 1n) === 0n).map(([name]) => name);
}
