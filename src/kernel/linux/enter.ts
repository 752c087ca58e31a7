import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { failure } from '../../base/error.js';
import { layOver } from './lay-over.js';
import { libc, SystemError } from './libc.js';
import { mountsOf, type Mount } from './mounts.js';
import { setHostname } from './program.js';

// include/uapi/linux/sched.h, mount.h, fcntl.h; MNT_DETACH is of umount2(2).
const CLONE_NEWNS = 0x20000;
const CLONE_NEWUTS = 0x4000000;
const CLONE_NEWNET = 0x40000000;
const MS_RDONLY = 0x1;
const MS_NOSUID = 0x2;
const MS_NODEV = 0x4;
const MS_NOEXEC = 0x8;
const MS_BIND = 0x1000;
const MS_REC = 0x4000;
const MS_SLAVE = 0x80000;
const MNT_DETACH = 2;
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;

/** What a program finds besides the network stack when it has entered. */
export interface EnterOptions {
  /** Contents that replace those of files, for whoever has entered only. */
  readonly files: readonly { readonly target: string; readonly content: string }[];
  /** The name that `hostname` shows. */
  readonly hostname?: string;
}

/** An entered namespace. */
export interface Entered {
  /** Files that are not there, and could not be made for whoever has entered either. */
  readonly missing: readonly string[];
  /** Files that were not there and were made: what is written to their folders is for whoever has entered only, and does not last. */
  readonly made: readonly string[];
  /**
   * Goes back to where the thread was. Processes that were started meanwhile stay where they are. In a user namespace the way back
   * into a mount namespace of the system may be closed: the thread then stays in its own, where it sees the same files.
   */
  leave(): void;
}

/**
 * Moves this thread into the network namespace at `path`, with a mount namespace of its own in which /sys shows that
 * stack and the given files have the given contents. A thread that is in that namespace already stays as it is.
 *
 * For the command line's own process only: on its main thread, just before it starts a program. Throws
 * `namespace-invalid` and `kernel-denied`; the thread is then where it was.
 */
export function enterNamespace(path: string, options: EnterOptions): Entered {
  const target = openNamespace(path);
  const homes: Home[] = [];
  const leave = () => {
    for (const { descriptor, type } of homes.splice(0).reverse()) {
      if (type === CLONE_NEWNET) libc.setns(descriptor, type);
      else best(() => libc.setns(descriptor, type));
      libc.close(descriptor);
    }
  };
  try {
    if (isHere(path)) return { missing: [], made: [], leave };
    const net = openHome('net', CLONE_NEWNET);
    attempt(`nsenter --net=${path}`, () => libc.setns(target, CLONE_NEWNET));
    homes.push(net);
    const mounts = openHome('mnt', CLONE_NEWNS);
    attempt('unshare --mount --uts', () => libc.unshare(CLONE_NEWNS | CLONE_NEWUTS));
    homes.push(mounts);
    return { ...arrange(options), leave };
  } catch (error) {
    leave();
    throw error;
  } finally {
    libc.close(target);
  }
}

/** A namespace that the thread was in. */
interface Home {
  readonly descriptor: number;
  readonly type: number;
}

// Not of the UTS namespace: a host name of its own does not matter to a command line that waits.
const openHome = (name: 'net' | 'mnt', type: number): Home => ({ descriptor: libc.open(`/proc/thread-self/ns/${name}`, O_CLOEXEC, 0), type });

function arrange({ files, hostname }: EnterOptions): Pick<Entered, 'missing' | 'made'> {
  attempt('mount --make-rslave /', () => libc.mount('none', '/', null, MS_SLAVE | MS_REC, null));
  if (hostname !== undefined) attempt(`hostname ${hostname}`, () => setHostname(hostname));
  const mounts = mountsOf('/proc/thread-self/mountinfo');
  releaseNamespaces(mounts);
  mountSys(mounts);
  const [there, absent] = [files.filter(({ target }) => existsSync(target)), files.filter(({ target }) => !existsSync(target))];
  const [missing, made]: [string[], string[]] = [[], []];
  for (const folder of new Set(absent.map(({ target }) => dirname(target)))) {
    const inside = absent.filter(({ target }) => dirname(target) === folder);
    (layOver(folder, inside, mounts) ? made : missing).push(...inside.map(({ target }) => target));
  }
  for (const { target, content } of there) overlay(target, content);
  return { missing, made };
}

function openNamespace(path: string): number {
  try {
    return libc.open(path, O_CLOEXEC, 0);
  } catch (error) {
    if (error instanceof SystemError && error.errnoName === 'EACCES')
      throw failure('kernel-denied', { command: `nsenter --net=${path}`, errno: 'EACCES' }, { cause: error });
    throw failure('namespace-invalid', { path, reason: error instanceof SystemError ? error.errnoName : String(error) }, { cause: error });
  }
}

function isHere(path: string): boolean {
  const [here, there] = [statSync('/proc/thread-self/ns/net'), statSync(path)];
  return here.ino === there.ino && here.dev === there.dev;
}

// Copies of namespace files in our mount namespace would keep every sandbox's stack alive for as long as our program
// runs. Where propagation takes them away together with the originals (below a slave) they may stay.
function releaseNamespaces(mounts: readonly Mount[]): void {
  const slaves = new Set(mounts.filter(({ slave }) => slave).map(({ id }) => id));
  for (const { type, parent, point } of mounts) if (type === 'nsfs' && !slaves.has(parent)) best(() => libc.umount2(point, MNT_DETACH));
}

// A sysfs shows the stack of whoever mounted it. What was mounted below the old one (the cgroups above all) is carried over.
// In a user namespace the kernel may refuse a new one; the old one then stays.
function mountSys(mounts: readonly Mount[]): void {
  const old = mounts.findLast(({ point }) => point === '/sys');
  if (old?.type !== 'sysfs') return;
  const below = mounts.filter(({ parent }) => parent === old.id).map(({ point }) => ({ point, fd: best(() => libc.open(point, O_PATH | O_CLOEXEC, 0)) }));
  const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | (old.readOnly ? MS_RDONLY : 0);
  best(() => {
    libc.mount('sysfs', '/sys', 'sysfs', flags, null);
    for (const { point, fd } of below) if (fd !== undefined) best(() => libc.mount(`/proc/self/fd/${fd}`, point, null, MS_BIND | MS_REC, null));
  });
  for (const { fd } of below) if (fd !== undefined) libc.close(fd);
}

// The file is unlinked at once: the mount keeps it, and nothing is left behind however the program ends.
function overlay(target: string, content: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-'));
  try {
    const file = join(folder, 'file');
    writeFileSync(file, content);
    chmodSync(file, 0o644);
    attempt(`mount --bind ${file} ${target}`, () => libc.mount(file, target, null, MS_BIND, null));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function attempt(command: string, action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const path = /^nsenter --net=(.*)$/.exec(command)?.[1];
    if (path !== undefined && error.errnoName === 'EINVAL') throw failure('namespace-invalid', { path, reason: 'it is something else' }, { cause: error });
    const code = error.errnoName === 'EPERM' || error.errnoName === 'EACCES' ? 'kernel-denied' : 'kernel-refused';
    throw failure(code, { command, errno: error.errnoName }, { cause: error });
  }
}

function best<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
