import type { Operation, PolicyResource, TransformResource } from '../../../resource/resource.js';
import { EPROTONOSUPPORT } from '../errno.js';
import { SystemError } from '../libc.js';
import { NETLINK_XFRM } from '../netlink/constants.js';
import { NetlinkSocket, type Refusal } from '../netlink-socket.js';
import { saysAbsent } from '../refused.js';
import type { Request } from '../request.js';
import type { Stacks } from '../stacks.js';
import { addPolicy, deletePolicy, getPolicies, policyState } from './policy.js';
import { addTransform, deleteTransform, getTransforms, transformState } from './transform.js';

/** What of IPsec there can be. */
export type IpsecResource = PolicyResource | TransformResource;

/** IPsec of the host's stack. A kernel that was built without has none of it. */
export class Ipsec {
  readonly #stacks: Stacks;
  #socket: NetlinkSocket | undefined;

  constructor(stacks: Stacks) {
    this.#stacks = stacks;
  }

  /** The socket whose changes are ours. */
  get port(): number | undefined {
    return this.#socket?.port;
  }

  /** Makes it, or another with its name in its place; answers why not. */
  make(operation: Exclude<Operation, { do: 'delete' }>, resource: IpsecResource): Refusal | undefined {
    if (operation.do === 'change') this.remove(resource);
    return this.#ask(resource.kind === 'policy' ? addPolicy(resource) : addTransform(resource));
  }

  /** Removes it; what is gone already is as good as that. */
  remove(resource: IpsecResource): Refusal | undefined {
    const refusal = this.#ask(resource.kind === 'policy' ? deletePolicy(resource) : deleteTransform(resource));
    return refusal && saysAbsent(refusal.errno) ? undefined : refusal;
  }

  /** All that is ours. */
  read(): readonly IpsecResource[] {
    try {
      const socket = this.#open();
      return [
        ...socket.dump<IpsecResource>(getPolicies, ({ payload }) => policyState(payload)),
        ...socket.dump<IpsecResource>(getTransforms, ({ payload }) => transformState(payload)),
      ];
    } catch (error) {
      if (error instanceof SystemError && error.errno === EPROTONOSUPPORT) return [];
      throw error;
    }
  }

  close(): void {
    this.#socket?.close();
  }

  #ask(request: Request): Refusal | undefined {
    return this.#open().transact([request])[0];
  }

  #open(): NetlinkSocket {
    if (this.#socket) return this.#socket;
    this.#stacks.enter('host');
    this.#socket = NetlinkSocket.open(NETLINK_XFRM);
    return this.#socket;
  }
}
