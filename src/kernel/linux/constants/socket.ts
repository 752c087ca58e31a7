// Numbers of sockets, files and namespaces, named as in the kernel's headers.

/** include/linux/socket.h */
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_BRIDGE = 7;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
/** include/uapi/linux/if_packet.h, if_ether.h */
export const SOL_PACKET = 263;
export const PACKET_ADD_MEMBERSHIP = 1;
export const PACKET_MR_ALLMULTI = 2;
export const PACKET_MR_UNICAST = 3;
export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;
export const ETH_P_IPV6 = 0x86dd;
/** include/linux/net.h */
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
/** include/linux/socket.h */
export const MSG_DONTWAIT = 0x40;
export const MSG_TRUNC = 0x20;
export const MSG_NOSIGNAL = 0x4000;

/** include/uapi/asm-generic/socket.h. SO_BINDTOIFINDEX since 5.1, SO_NETNS_COOKIE since 5.14. */
export const SOL_SOCKET = 1;
export const SO_BROADCAST = 6;
export const SO_BINDTODEVICE = 25;
export const SO_REUSEADDR = 2;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_ATTACH_FILTER = 26;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const SO_BINDTOIFINDEX = 62;
export const SO_NETNS_COOKIE = 71;
/** include/uapi/linux/in.h, tcp.h */
export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
/** include/uapi/linux/in6.h */
export const IPPROTO_IPV6 = 41;
/** include/uapi/linux/in.h */
export const IPPROTO_SCTP = 132;
export const IPV6_V6ONLY = 26;
/** The value of an option that is an int. */
export const ON = Uint8Array.of(1, 0, 0, 0);
export const OFF = Uint8Array.of(0, 0, 0, 0);
/** include/linux/socket.h, include/uapi/linux/netlink.h */
export const SOL_NETLINK = 270;
export const NETLINK_CAP_ACK = 10;
export const NETLINK_EXT_ACK = 11;
export const NETLINK_GET_STRICT_CHK = 12;

/** include/uapi/asm-generic/fcntl.h */
export const O_RDONLY = 0;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;
export const F_DUPFD_CLOEXEC = 1030;
/** include/uapi/linux/eventfd.h */
export const EFD_NONBLOCK = O_NONBLOCK;
export const EFD_CLOEXEC = O_CLOEXEC;
/** include/uapi/linux/inotify.h */
export const IN_MOVED_FROM = 0x40;
export const IN_DELETE = 0x200;
export const IN_NONBLOCK = O_NONBLOCK;
export const IN_CLOEXEC = O_CLOEXEC;
/** include/uapi/asm-generic/poll.h */
export const POLLIN = 1;

/** include/uapi/linux/sched.h */
export const CLONE_NEWNET = 0x40000000;
/** include/uapi/linux/mount.h */
export const MS_BIND = 4096;
/** include/linux/fs.h */
export const MNT_DETACH = 2;
/** include/uapi/linux/magic.h */
export const NSFS_MAGIC = 0x6e736673;
/** include/uapi/linux/nsfs.h, since 4.11 */
export const NS_GET_NSTYPE = 0xb703;
