import koffi from 'koffi';
import { SystemError } from './libc.js';

// fcntl(2), signal(7), include/uapi/asm-generic/signal-defs.h.
const F_SETFD = 2;
const SIG_SETMASK = 2;
const SIGPIPE = 13;
const SIGXFSZ = 25;
/** sizeof(sigset_t) of glibc and musl. */
const SIGSET_BYTES = 128;

const loaded = koffi.load(null);

/**
 * Replaces this process by a program. The descriptors 0 to 2 go on to it, with the signals as they are for a fresh program:
 * Node ignores SIGPIPE and SIGXFSZ and closes all descriptors on exec, which a program would inherit. Nothing may have
 * been written through Node's own streams, which make descriptors non-blocking. Throws `SystemError`.
 */
export function execve(path: string, args: readonly string[], environment: Readonly<Record<string, string>>): never {
  const fcntl = loaded.func('int fcntl(int, int, int)');
  const signal = loaded.func('void *signal(int, void *)');
  const sigmask = loaded.func('int pthread_sigmask(int, const void *, void *)');
  const exec = loaded.func('int execve(const char *, const char **, const char **)');
  for (const descriptor of [0, 1, 2]) fcntl(descriptor, F_SETFD, 0);
  for (const number of [SIGPIPE, SIGXFSZ]) signal(number, null);
  sigmask(SIG_SETMASK, new Uint8Array(SIGSET_BYTES), null);
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  exec(path, [...args, null], [...variables, null]);
  throw new SystemError('execve', koffi.errno());
}

/** Sets the host name of this UTS namespace. Throws `SystemError`. */
export function setHostname(name: string): void {
  const bytes = new TextEncoder().encode(name);
  const result: number = loaded.func('int sethostname(const void *, uintptr_t)')(bytes, bytes.length);
  if (result < 0) throw new SystemError('sethostname', koffi.errno());
}
