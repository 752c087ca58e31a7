// Sockets of a stack: include/uapi/linux/sock_diag.h, inet_diag.h; include/net/tcp_states.h.

export const SOCK_DIAG_BY_FAMILY = 20;

export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;

export const TCP_LISTEN = 10;
/** Of UDP: a socket without a peer. */
export const TCP_CLOSE = 7;

/** struct inet_diag_sockid, of which all is 0 where no single one is asked for. */
export const SOCKID_LENGTH = 48;
/** struct inet_diag_msg */
export const INET_DIAG_MSG_LENGTH = 72;
