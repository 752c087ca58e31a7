import koffi from 'koffi';
import { MSG_DONTWAIT, MSG_TRUNC } from './constants/socket.js';
import { EMSGSIZE, nameOfErrno } from './errno.js';

/** A call of libc that failed. `errno` is its number, `errnoName` its name as in errno(3). */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  readonly errnoName: string;

  constructor(
    readonly call: string,
    readonly errno: number,
  ) {
    super(`${call}: ${nameOfErrno(errno)}`);
    this.errnoName = nameOfErrno(errno);
  }
}

type Int = (...args: readonly (number | bigint | string | Uint8Array | null)[]) => number;

// Symbols of the running program: glibc or musl, whichever Node itself uses. All calls are synchronous, on the calling thread.
const loaded = koffi.load(null);
const declare = (prototype: string): Int => loaded.func(prototype);

const raw = {
  socket: declare('int socket(int, int, int)'),
  bind: declare('int bind(int, const void *, uint32_t)'),
  listen: declare('int listen(int, int)'),
  connect: declare('int connect(int, const void *, uint32_t)'),
  getsockname: declare('int getsockname(int, void *, void *)'),
  getsockopt: declare('int getsockopt(int, int, int, void *, void *)'),
  setsockopt: declare('int setsockopt(int, int, int, const void *, uint32_t)'),
  send: declare('intptr_t send(int, const void *, uintptr_t, int)'),
  sendto: declare('intptr_t sendto(int, const void *, uintptr_t, int, const void *, uint32_t)'),
  recv: declare('intptr_t recv(int, void *, uintptr_t, int)'),
  read: declare('intptr_t read(int, void *, uintptr_t)'),
  poll: declare('int poll(void *, unsigned long, int)'),
  inotify_init1: declare('int inotify_init1(int)'),
  inotify_add_watch: declare('int inotify_add_watch(int, const char *, uint32_t)'),
  if_nametoindex: declare('unsigned int if_nametoindex(const char *)'),
  epoll_create1: declare('int epoll_create1(int)'),
  epoll_ctl: declare('int epoll_ctl(int, int, int, const void *)'),
  eventfd: declare('int eventfd(unsigned int, int)'),
  open: declare('int open(const char *, int, unsigned int)'),
  close: declare('int close(int)'),
  fcntl: declare('int fcntl(int, int, int)'),
  ioctl: declare('int ioctl(int, unsigned long, unsigned long)'),
  fstatfs: declare('int fstatfs(int, void *)'),
  setns: declare('int setns(int, int)'),
  unshare: declare('int unshare(int)'),
  mount: declare('int mount(const char *, const char *, const char *, unsigned long, const void *)'),
  umount2: declare('int umount2(const char *, int)'),
  unlink: declare('int unlink(const char *)'),
  // For what a libc may be too old to know by name.
  syscall: declare('long syscall(long, long, long)'),
};

const pooled = {
  send: loaded.func('intptr_t send(int, const void *, uintptr_t, int)'),
  recv: loaded.func('intptr_t recv(int, void *, uintptr_t, int)'),
};

/** Calls that answer a number or throw `SystemError`, by their names in libc; `recv` and `read` answer -1, and `lastErrno` says why. */
export type Libc = Readonly<Record<keyof typeof raw, Int>>;

const checked = (name: string, call: Int): Int => {
  return (...args) => {
    const result = call(...args);
    if (result < 0) throw new SystemError(name, koffi.errno());
    return result;
  };
};

/** libc, a failure thrown as `SystemError` but of the calls that fail every day. */
export const libc: Libc = {
  ...(Object.fromEntries(Object.entries(raw).map(([name, call]) => [name, checked(name, call)])) as Libc),
  // "Nothing there" is asked for many times, and an error with its stack costs more than the call.
  recv: raw.recv,
  read: raw.read,
};

/** Sends by a thread of libuv's pool, on which the kernel may take its time. Rejects with `SystemError`. */
export function sendInPool(socket: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    // Held by the answer's closure: the pool's thread reads them where they are.
    const answered = (error: Error | null, sent: number) => {
      if (error) reject(error);
      else if (sent !== bytes.length) reject(new SystemError('send', koffi.errno()));
      else resolve();
    };
    pooled.send.async(socket, bytes, bytes.length, 0, answered);
  });
}

/** Receives by a thread of the pool, without waiting for what is not there: a view of `room`; undefined where nothing is there, or some was lost. */
export function receiveInPool(socket: number, room: Uint8Array): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    // Held by this closure, as above: the pool's thread writes it where it is.
    const answered = (error: Error | null, length: number) => {
      if (error) reject(error);
      else if (length > room.length) reject(new SystemError('recv', EMSGSIZE));
      else resolve(length < 0 ? undefined : room.subarray(0, length));
    };
    pooled.recv.async(socket, room, room.length, MSG_DONTWAIT | MSG_TRUNC, answered);
  });
}

/** The number of the last error of this thread, after a call that does not throw. */
export const lastErrno = (): number => koffi.errno();
