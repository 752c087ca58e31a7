import { readFileSync } from 'node:fs';
import { failure } from '../../base/error.js';

// include/uapi/linux/capability.h: to configure networks, and to make, enter and mount namespaces.
const NEEDED = [12n, 21n];

/**
 * Throws `kernel-denied` where this thread lacks a right that all the rest needs, before anything is made. In a user namespace
 * it may still lack them for the network namespace that it is in; setns(2) tells then.
 */
export function requireRights(): void {
  const rights = effectiveRights(readFileSync('/proc/thread-self/status', 'utf8'));
  if (!NEEDED.every((right) => (rights >> right) & 1n)) throw failure('kernel-denied', { command: 'ip netns add', errno: 'EPERM' });
}

/** The effective capabilities as a set of bits, from proc_pid_status(5); none where the text says nothing. */
export const effectiveRights = (status: string): bigint => BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
