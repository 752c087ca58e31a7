import type { Plan } from '../../resource/resource.js';
import { NetlinkSocket } from './netlink-socket.js';
import { runTransaction } from './run-transaction.js';

/**
 * A few elements of the host's tables, put there by the calling thread itself. A transaction on them waits for nothing but another of
 * the same namespace (nf_tables' commit mutex), and takes a tenth of what handing it to the kernel's thread and back does.
 */
export class ElementLane {
  readonly #socket: NetlinkSocket;
  readonly #instance: string;

  /** By a socket of the host's stack, which is the lane's from now on. */
  constructor(socket: Pick<NetlinkSocket, 'fd' | 'port'>, instance: string) {
    this.#socket = NetlinkSocket.adopt(socket);
    this.#instance = instance;
  }

  /** Makes all of a plan of such elements, or nothing: then false, and whoever knows more of the kernel is to find out why. */
  run(plan: Plan): boolean {
    return runTransaction(this.#socket, this.#instance, plan) === undefined;
  }

  close(): void {
    this.#socket.close();
  }
}
