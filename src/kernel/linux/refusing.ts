import type { Operation } from '../../resource/resource.js';
import type { Refusal } from './netlink-socket.js';

/** Thrown inside a transaction: what the kernel refused, and why. */
export class Refusing extends Error {
  override readonly name = 'Refusing';

  constructor(
    readonly operation: Operation,
    readonly refusal: Refusal,
  ) {
    super(refusal.reason ?? `errno ${refusal.errno}`);
  }
}
