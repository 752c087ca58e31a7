import { IN_CLOEXEC, IN_DELETE, IN_MOVED_FROM, IN_NONBLOCK } from './constants/socket.js';
import { EAGAIN } from './errno.js';
import { lastErrno, libc, SystemError } from './libc.js';
import { text, u32 } from './netlink/reader.js';

const HEADER = 16; // struct inotify_event: wd i32, mask u32, cookie u32, len u32, then the name, padded with zeros
const bytes = new Uint8Array(1 << 14);

/** Tells which files of a directory are deleted (inotify(7)): the kernel has no other word for a namespace that loses its name. */
export class DeletedFiles {
  readonly fd = libc.inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

  constructor(directory: string) {
    libc.inotify_add_watch(this.fd, directory, IN_DELETE | IN_MOVED_FROM);
  }

  /** The names since the last call. */
  take(): readonly string[] {
    const names: string[] = [];
    for (let length = this.#read(); length > 0; length = this.#read()) {
      for (let at = 0; at < length; ) {
        const end = at + HEADER + u32(bytes, at + 12);
        names.push(text(bytes.subarray(at + HEADER, end)).replace(/\0.*$/s, ''));
        at = end;
      }
    }
    return names;
  }

  close(): void {
    libc.close(this.fd);
  }

  #read(): number {
    const length = libc.read(this.fd, bytes, bytes.length);
    if (length >= 0) return length;
    const errno = lastErrno();
    if (errno === EAGAIN) return 0;
    throw new SystemError('read', errno);
  }
}
