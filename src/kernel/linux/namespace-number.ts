import type { Stack } from '../../resource/resource.js';
import { NETNSA_FD, NETNSA_NSID, RTM_GETNSID } from './constants/link.js';
import { O_CLOEXEC, O_RDONLY } from './constants/socket.js';
import { libc, SystemError } from './libc.js';
import { AF_UNSPEC } from './netlink/constants.js';
import { attributes, u32 } from './netlink/reader.js';
import { isRefusal } from './netlink-socket.js';
import type { Request } from './request.js';
import type { Place, Stacks } from './stacks.js';

const RTGENMSG_LENGTH = 4; // struct rtgenmsg (include/uapi/linux/rtnetlink.h), aligned
const NOT_ASSIGNED = 0xffff_ffff; // NETNSA_NSID_NOT_ASSIGNED, -1

/** Which number the socket's namespace gives to that of a descriptor. */
const getNumber = (namespace: number): Request => {
  return (w, sequence, flags) => {
    w.message(RTM_GETNSID, flags, sequence, (m) =>
      m
        .u8(AF_UNSPEC)
        .zero(RTGENMSG_LENGTH - 1)
        .attrU32(NETNSA_FD, namespace),
    );
  };
};

/** The number by which links of a place name a namespace that they lead to; undefined when none does, or there is no such namespace. */
export function namespaceNumber(stacks: Stacks, { route }: Place, stack: Stack): number | undefined {
  const fd = openFile(stacks.fileOf(stack));
  if (fd === undefined) return undefined;
  try {
    return numberOf({ route }, fd);
  } finally {
    libc.close(fd);
  }
}

/** The same of a namespace by its descriptor. */
export function numberOf({ route }: Pick<Place, 'route'>, namespace: number): number | undefined {
  const number = route.ask(getNumber(namespace), ({ payload }) => attributes(payload, RTGENMSG_LENGTH).get(NETNSA_NSID));
  if (number === undefined || isRefusal(number)) return undefined;
  const value = u32(number);
  return value === NOT_ASSIGNED ? undefined : value;
}

function openFile(file: string): number | undefined {
  try {
    return libc.open(file, O_RDONLY | O_CLOEXEC, 0);
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
