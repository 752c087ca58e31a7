import { fstatSync } from 'node:fs';
import { close } from '../../kernel/linux/io/close.js';
import type { ResolverSockets } from '../../kernel/kernel.js';
import type { NamesChange } from '../types.js';

/** A socket, and what it is known by when its descriptor's number is another's. */
interface Known {
  readonly fd: number;
  readonly inode: number;
}

/** Sockets that were posted to the thread. Once it has read of them they are its own; where it ends before, somebody has to close them. */
export class HandedSockets {
  readonly #read: () => number;
  #handed: { readonly post: number; readonly sockets: readonly Known[] }[] = [];

  /** `read` answers up to which post the thread has read. */
  constructor(read: () => number) {
    this.#read = read;
  }

  /** They went with the post of this number. */
  add(post: number, change: NamesChange): void {
    const read = this.#read();
    this.#handed = this.#handed.filter((each) => each.post > read);
    if (change.sockets && post > read) this.#handed.push({ post, sockets: known(change) });
  }

  /** The thread has ended: closes what it has not read of. */
  close(): void {
    const read = this.#read();
    for (const { post, sockets } of this.#handed.splice(0)) if (post > read) closeAll(sockets);
  }
}

/** What is known of the sockets of a change, before it is handed over. */
export const known = ({ sockets }: NamesChange): readonly Known[] =>
  [...(sockets ?? new Map<string, ResolverSockets>()).values()].flatMap(({ udp, tcp }) => [udp, tcp].map((fd) => ({ fd, inode: fstatSync(fd).ino })));

/** Closes those that are open still. */
export function closeAll(sockets: readonly Known[]): void {
  for (const { fd, inode } of sockets) if (inodeOf(fd) === inode) close(fd);
}

function inodeOf(fd: number): number | undefined {
  try {
    return fstatSync(fd).ino;
  } catch {
    return undefined; // closed
  }
}
