import { aliasOf } from '../../resource/mark.js';
import type { LinkResource, TapSpec } from '../../resource/resource.js';
import { O_CLOEXEC, O_RDWR } from './constants/socket.js';
import { IFF_MULTI_QUEUE, IFF_NO_PI, IFF_TAP, IFF_VNET_HDR, TUNSETGROUP, TUNSETIFF, TUNSETIFINDEX, TUNSETOWNER, TUNSETPERSIST } from './constants/tun.js';
import { EEXIST, ENODEV, ENOENT, EOPNOTSUPP } from './errno.js';
import { Memory } from './io/memory.js';
import { libc, SystemError } from './libc.js';
import { setLink } from './link/set-link.js';
import { findLink, hasInet6, type Machine } from './machine.js';
import { Refusing } from './refusing.js';

const CLONE = '/dev/net/tun';
const NOTHING_THERE: ReadonlySet<number> = new Set([ENOENT, ENODEV]);

/**
 * `ip tuntap add dev NAME mode tap user OWNER vnet_hdr`, which rtnetlink does not make (tun_validate of drivers/net/tun.c): in the stack where the thread opens
 * the device. It is marked before it is made to last, so that a kill in between leaves nothing. Throws `SystemError` and `Refusing`.
 */
export function makeTap(machine: Machine, resource: LinkResource, { owner, group, many }: TapSpec, index: number): void {
  const { in: stack, name, mac, mtu } = resource;
  const { instance, stacks } = machine;
  // A program could attach to one that is there.
  if (findLink(machine, stack, name)) throw new SystemError('TUNSETIFF', EEXIST);
  stacks.enter(stack);
  const fd = openTun();
  try {
    ask(
      fd,
      TUNSETIFINDEX,
      pointer(4, (view) => view.setUint32(0, index, true)),
    );
    const flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (many ? IFF_MULTI_QUEUE : 0);
    ask(
      fd,
      TUNSETIFF,
      // struct ifreq (include/uapi/linux/if.h): name 16, flags u16.
      pointer(40, (view) => {
        new Uint8Array(view.buffer).set(new TextEncoder().encode(name));
        view.setUint16(16, flags, true);
      }),
    );
    libc.ioctl(fd, TUNSETOWNER, owner);
    if (group !== undefined) libc.ioctl(fd, TUNSETGROUP, group);
    const setting = { group: instance.group, quiet: hasInet6(machine, mtu), ...(mac !== undefined && { mac }), ...(mtu !== undefined && { mtu }) };
    const { route } = stacks.get(stack);
    const [refusal] = route.transact([setLink(index, setting), setLink(index, { alias: aliasOf(instance, resource) })]).filter((each) => each !== undefined);
    if (refusal) throw new Refusing({ do: 'create', resource }, refusal);
    libc.ioctl(fd, TUNSETPERSIST, 1);
  } finally {
    libc.close(fd);
  }
}

/** Whether taps can be made here at all. */
export function makesTaps(): boolean {
  try {
    libc.close(openTun());
    return true;
  } catch {
    return false;
  }
}

// A device that is not there, or behind which there is nothing: this kernel has no taps.
function openTun(): number {
  try {
    return libc.open(CLONE, O_RDWR | O_CLOEXEC, 0);
  } catch (error) {
    if (error instanceof SystemError && NOTHING_THERE.has(error.errno)) throw new SystemError('open', EOPNOTSUPP);
    throw error;
  }
}

function ask(fd: number, request: number, memory: Memory): void {
  libc.ioctl(fd, request, memory.address);
}

function pointer(size: number, fill: (view: DataView) => void): Memory {
  const memory = new Memory(size);
  fill(memory.view);
  return memory;
}
