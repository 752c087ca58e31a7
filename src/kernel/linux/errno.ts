/** Error numbers of Linux with their names: include/uapi/asm-generic/errno-base.h and errno.h (the same on every machine that Node serves). */
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries({
    EPERM: 1,
    ENOENT: 2,
    ESRCH: 3,
    EINTR: 4,
    EIO: 5,
    ENXIO: 6,
    E2BIG: 7,
    EBADF: 9,
    EAGAIN: 11,
    ENOMEM: 12,
    EACCES: 13,
    EFAULT: 14,
    EBUSY: 16,
    EEXIST: 17,
    EXDEV: 18,
    ENODEV: 19,
    ENOTDIR: 20,
    EISDIR: 21,
    EINVAL: 22,
    ENFILE: 23,
    EMFILE: 24,
    ENOTTY: 25,
    EFBIG: 27,
    ENOSPC: 28,
    EROFS: 30,
    EMLINK: 31,
    EPIPE: 32,
    ERANGE: 34,
    ENAMETOOLONG: 36,
    ENOSYS: 38,
    ENOTEMPTY: 39,
    ELOOP: 40,
    EXFULL: 54,
    ENODATA: 61,
    ENOTUNIQ: 76,
    EOVERFLOW: 75,
    EUSERS: 87,
    ENOTSOCK: 88,
    EMSGSIZE: 90,
    ENOPROTOOPT: 92,
    EPROTONOSUPPORT: 93,
    ESOCKTNOSUPPORT: 94,
    EOPNOTSUPP: 95,
    EPFNOSUPPORT: 96,
    EAFNOSUPPORT: 97,
    EADDRINUSE: 98,
    EADDRNOTAVAIL: 99,
    ENETDOWN: 100,
    ENETUNREACH: 101,
    ECONNABORTED: 103,
    ECONNRESET: 104,
    ENOBUFS: 105,
    EISCONN: 106,
    ENOTCONN: 107,
    ETIMEDOUT: 110,
    ECONNREFUSED: 111,
    EHOSTDOWN: 112,
    EHOSTUNREACH: 113,
    EALREADY: 114,
    EINPROGRESS: 115,
    ESTALE: 116,
    EDQUOT: 122,
    ECANCELED: 125,
  }).map(([name, number]) => [number, name]),
);

/** The name of an error number as in errno(3), or the number itself where it has none here. */
export const nameOfErrno = (errno: number): string => NAMES.get(errno) ?? String(errno);

/** The number of an error by its name, where it has one here. */
export const numberOfErrno = (name: string): number | undefined => [...NAMES].find(([, each]) => each === name)?.[0];

export const EPERM = 1;
export const EIO = 5;
export const ENOTDIR = 20;
export const ENOENT = 2;
export const ESRCH = 3;
export const EINTR = 4;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EACCES = 13;
export const EBUSY = 16;
export const EEXIST = 17;
export const ENODEV = 19;
export const EINVAL = 22;
export const ENFILE = 23;
export const EMFILE = 24;
export const EROFS = 30;
export const ENOSYS = 38;
export const EXFULL = 54;
export const EMSGSIZE = 90;
export const EPROTONOSUPPORT = 93;
export const ESOCKTNOSUPPORT = 94;
export const EOPNOTSUPP = 95;
export const EAFNOSUPPORT = 97;
export const EADDRINUSE = 98;
export const EADDRNOTAVAIL = 99;
export const ENETUNREACH = 101;
export const ENOBUFS = 105;
export const ECONNREFUSED = 111;
export const EHOSTUNREACH = 113;
export const EINPROGRESS = 115;
