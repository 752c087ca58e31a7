import { existsSync, fstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FairleadError, failure } from '../../base/error.js';
import { makeDirectory } from '../../base/make-directory.js';
import type { Adopted, NamespaceResource, Stack } from '../../resource/resource.js';
import {
  AF_INET,
  CLONE_NEWNET,
  MNT_DETACH,
  MS_BIND,
  NS_GET_NSTYPE,
  NSFS_MAGIC,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
} from './constants/socket.js';
import { EINVAL, ENOENT, ENOTDIR } from './errno.js';
import { libc, SystemError } from './libc.js';
import type { Visited } from '../kernel.js';
import type { Machine } from './machine.js';
import { getLinks, linkState } from './link/link-state.js';
import { RTPROT_FAIRLEAD } from './constants/route.js';
import { isWayOut } from './route.js';
import { dumpRoutes } from './dump-routes.js';
import { NETLINK_ROUTE } from './netlink/constants.js';
import { NetlinkSocket } from './netlink-socket.js';
import { u32 } from './netlink/reader.js';
import { inhabitant, namespaceOf } from './inhabitant.js';
import { newNamespace } from './new-namespace.js';
import type { SpareNamespace } from './spare-namespace.js';
import { cookieOfSocket, type Stacks } from './stacks.js';

/**
 * The namespaces by their files. A file below `run/netns` is a mount of its namespace; one that is no mount was left by a
 * process that died between the two. The path of one that somebody else made is kept beside it in `run/adopted`, since the mount
 * does not tell it.
 */
export class Namespaces {
  readonly #stacks: Stacks;
  readonly #spare: SpareNamespace;
  readonly #adopted: string;
  #hasMetAll = false;

  constructor(stacks: Stacks, spare: SpareNamespace) {
    this.#stacks = stacks;
    this.#spare = spare;
    this.#adopted = join(dirname(stacks.directory), 'adopted');
    makeDirectory(stacks.directory, 0o700);
  }

  /** Makes a namespace, or adopts one. Loopback is as it was: the caller sets it up. */
  create({ in: stack, adopted }: NamespaceResource): void {
    // Somebody else may have deleted the file of one that is open here.
    this.#stacks.forget(stack);
    if (adopted === undefined) this.#make(stack);
    else this.#adopt(stack, adopted);
  }

  /** Gives a namespace its file back, from a process that lives in it. Throws `namespace-invalid`, and ENOENT where it is another's by now. */
  rebind(stack: Stack, process: number): void {
    const path = namespaceOf(process);
    const namespace = openNamespace(path);
    try {
      if (cookieAt(this.#stacks, path) !== this.#stacks.identityOf(stack)?.cookie) throw new SystemError('mount', ENOENT);
      this.#stacks.forget(stack);
      const file = this.has(stack) ? this.#stacks.fileOf(stack) : this.#touch(stack);
      libc.mount(`/proc/thread-self/fd/${namespace}`, file, 'none', MS_BIND, null);
    } finally {
      libc.close(namespace);
    }
  }

  /** Takes the file away; the namespace ends when no process is in it. True unless there was none. */
  delete(stack: Stack): boolean {
    this.#stacks.forget(stack);
    this.#stacks.unknow(stack);
    const file = this.#stacks.fileOf(stack);
    unlink(this.#recordOf(stack));
    try {
      libc.umount2(file, MNT_DETACH);
    } catch (error) {
      if (!(error instanceof SystemError) || (error.errno !== EINVAL && error.errno !== ENOENT)) throw error;
    }
    return unlink(file);
  }

  /** Whether there is such a namespace, or what is left of one. */
  has(stack: Stack): boolean {
    return statSync(this.#stacks.fileOf(stack), { throwIfNoEntry: false }) !== undefined;
  }

  /** Whether another of ours is the same one, which somebody else made: a plan that adopted it a second time and was refused, say. */
  isShared(stack: Stack): boolean {
    if (!existsSync(this.#recordOf(stack))) return false;
    const cookie = this.#cookieOf(stack);
    return this.#stacks.known.some((each) => each !== stack && this.#stacks.identityOf(each)?.cookie === cookie);
  }

  /** The stack for which the namespace with this cookie was made; undefined for somebody else's. */
  madeFor(cookie: string): Stack | undefined {
    this.#meetAll();
    return this.#stacks.known.find((stack) => this.#stacks.identityOf(stack)?.cookie === cookie && !existsSync(this.#recordOf(stack)));
  }

  // Those of a run before this one, once: what is made from now on is known by that.
  #meetAll(): void {
    if (this.#hasMetAll) return;
    for (const { in: stack, adopted } of this.list()) if (adopted === undefined && this.#stacks.identityOf(stack) === undefined) this.#meet(stack);
    this.#hasMetAll = true;
  }

  #meet(stack: Stack): void {
    try {
      this.#stacks.get(stack);
    } catch (error) {
      // A file that is none, of a process that died.
      if (!(error instanceof SystemError) || error.errno !== ENOENT) throw error;
    }
  }

  /** All that there are, and files that are none: left by a process that died, to be deleted like the others. */
  list(): readonly NamespaceResource[] {
    const adopted = new Set(entriesOf(this.#adopted));
    return entriesOf(this.#stacks.directory).map((name) => this.#resource(`ns/${name}`, adopted.has(name)));
  }

  /** The same of one. */
  find(stack: Stack): NamespaceResource | undefined {
    return this.has(stack) ? this.#resource(stack, existsSync(this.#recordOf(stack))) : undefined;
  }

  /**
   * One of ours whose file is gone or leads to none, while a process lives in it. Where there is none it is forgotten. One that was
   * adopted is found by its own path.
   */
  orphan(stack: Stack): NamespaceResource | undefined {
    const identity = existsSync(this.#recordOf(stack)) ? undefined : this.#stacks.identityOf(stack);
    const process = identity && inhabitant(identity.inode, (path) => cookieAt(this.#stacks, path) === identity.cookie);
    if (process !== undefined) return { kind: 'namespace', in: stack, process };
    this.#stacks.unknow(stack);
    return undefined;
  }

  #resource(stack: Stack, adopted: boolean): NamespaceResource {
    if (!adopted) return { kind: 'namespace', in: stack };
    return { kind: 'namespace', in: stack, adopted: { path: readFileSync(this.#recordOf(stack), 'utf8'), cookie: this.#cookieOf(stack) } };
  }

  // That of what its file leads to now; none for a file that leads nowhere.
  #cookieOf(stack: Stack): string {
    try {
      return cookieAt(this.#stacks, this.#stacks.fileOf(stack));
    } catch (error) {
      if (FairleadError.is(error) && error.code === 'namespace-invalid') return '';
      throw error;
    }
  }

  #make(stack: Stack): void {
    const file = this.#touch(stack);
    try {
      const opened = this.#spare.take(stack) ?? newNamespace(this.#stacks);
      this.#stacks.made(stack, opened);
      libc.mount(`/proc/thread-self/fd/${opened.namespace}`, file, 'none', MS_BIND, null);
    } catch (error) {
      this.#stacks.enter('host');
      this.delete(stack);
      throw error;
    }
  }

  #adopt(stack: Stack, { path, cookie }: Adopted): void {
    const namespace = openNamespace(path);
    try {
      if (identity(namespace) === identity(this.#stacks.host.namespace)) throw failure('namespace-invalid', { path, reason: "it is the host's own" });
      if (cookieOf(this.#stacks, namespace) !== cookie) throw failure('namespace-invalid', { path, reason: 'it is another one than was adopted' });
      const file = this.#touch(stack);
      try {
        makeDirectory(this.#adopted, 0o700);
        writeFileSync(this.#recordOf(stack), path, { mode: 0o600 });
        libc.mount(`/proc/thread-self/fd/${namespace}`, file, 'none', MS_BIND, null);
      } catch (error) {
        this.delete(stack);
        throw error;
      }
    } finally {
      libc.close(namespace);
    }
  }

  #touch(stack: Stack): string {
    const file = this.#stacks.fileOf(stack);
    libc.close(libc.open(file, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444));
    return file;
  }

  #recordOf(stack: Stack): string {
    return join(this.#adopted, stack.slice('ns/'.length));
  }
}

/** Opens the network namespace at this path. Throws `namespace-invalid`. The caller closes the descriptor. */
export function openNamespace(path: string): number {
  let fd: number;
  try {
    // Not blocking: opening a FIFO would wait for its other end.
    fd = libc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw failure('namespace-invalid', { path, reason: error.errno === ENOENT ? 'there is no such file' : `it cannot be opened (${error.errnoName})` });
  }
  const reason = flaw(fd);
  if (reason === undefined) return fd;
  libc.close(fd);
  throw failure('namespace-invalid', { path, reason });
}

/** The cookie of the namespace at this path. Throws `namespace-invalid`. */
export function cookieAt(stacks: Stacks, path: string): string {
  const namespace = openNamespace(path);
  try {
    return cookieOf(stacks, namespace);
  } finally {
    libc.close(namespace);
  }
}

/** What the namespace at this path is, and has. Throws `namespace-invalid`. */
export function visit({ stacks, namespaces }: Pick<Machine, 'stacks' | 'namespaces'>, path: string): Visited {
  const namespace = openNamespace(path);
  try {
    const seen = inside(stacks, namespace, () => {
      const route = NetlinkSocket.open(NETLINK_ROUTE);
      try {
        const links = route.dump(getLinks, ({ payload }) => linkState(payload).name);
        const ways = new Set(dumpRoutes(route).flatMap((each) => (isWayOut(each) && each.protocol !== RTPROT_FAIRLEAD ? [each.family] : [])));
        return { cookie: cookieOfSocket(route.fd), links, ways: [...ways] };
      } finally {
        route.close();
      }
    });
    const made = namespaces.madeFor(seen.cookie);
    return { ...seen, ...(made && { made }) };
  } finally {
    libc.close(namespace);
  }
}

function cookieOf(stacks: Stacks, namespace: number): string {
  return inside(stacks, namespace, () => {
    const socket = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    try {
      return cookieOfSocket(socket);
    } finally {
      libc.close(socket);
    }
  });
}

function inside<T>(stacks: Stacks, namespace: number, work: () => T): T {
  try {
    stacks.strayed();
    libc.setns(namespace, CLONE_NEWNET);
    return work();
  } finally {
    stacks.enter('host');
  }
}

// struct statfs is at most 120 bytes and begins with f_type, a long; NS_GET_NSTYPE answers the CLONE_ flag of the kind.
function flaw(fd: number): string | undefined {
  const facts = new Uint8Array(256);
  libc.fstatfs(fd, facts);
  if (u32(facts) !== NSFS_MAGIC) return 'it is a file or a directory';
  return libc.ioctl(fd, NS_GET_NSTYPE, 0) === CLONE_NEWNET ? undefined : 'it is a namespace of another kind';
}

/** True unless there was no such file. */
function unlink(file: string): boolean {
  try {
    libc.unlink(file);
    return true;
  } catch (error) {
    if (error instanceof SystemError && (error.errno === ENOENT || error.errno === ENOTDIR)) return false;
    throw error;
  }
}

// Nothing is adopted until the first is.
function entriesOf(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

// Two descriptors of one namespace have the same inode.
const identity = (fd: number): string => {
  const { dev, ino } = fstatSync(fd);
  return `${dev} ${ino}`;
};
