import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { libc, SystemError } from './libc.js';
import type { Mount } from './mounts.js';

// include/uapi/linux/mount.h, fcntl.h; MNT_DETACH is of umount2(2).
const MS_NOSUID = 0x2;
const MS_NODEV = 0x4;
const MS_BIND = 0x1000;
const MS_REC = 0x4000;
const MNT_DETACH = 2;
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;

/** A file that is to be there. */
export interface Wanted {
  readonly target: string;
  readonly content: string;
}

/**
 * Makes files that are missing in a folder, or are links that lead nowhere, without a trace on the disk: a file system of ours in memory
 * lies over the folder (overlayfs). All else in it is as it was; what is written there from now on is for this mount namespace alone.
 * False where the kernel does not do that. For a mount namespace of one's own only.
 */
export function layOver(folder: string, wanted: readonly Wanted[], mounts: readonly Mount[]): boolean {
  const place = mkdtempSync(join(tmpdir(), 'fairlead-'));
  const [upper, work] = [join(place, 'upper'), join(place, 'work')];
  const below = mounts.filter(({ point }) => point.startsWith(`${folder}/`)).flatMap(({ point }) => opened(point) ?? []);
  const done: (() => unknown)[] = [() => rmSync(place, { recursive: true, force: true })];
  try {
    libc.mount('tmpfs', place, 'tmpfs', MS_NOSUID | MS_NODEV, 'mode=0700');
    // The layers keep it.
    done.unshift(() => libc.umount2(place, MNT_DETACH));
    for (const each of [upper, work]) mkdirSync(each);
    chmodSync(upper, statSync(folder).mode & 0o7777);
    for (const { target, content } of wanted) writeFileSync(join(upper, basename(target)), content, { mode: 0o644 });
    libc.mount('overlay', folder, 'overlay', 0, `lowerdir=${folder},upperdir=${upper},workdir=${work}`);
    for (const { point, fd } of below) libc.mount(`/proc/self/fd/${fd}`, point, null, MS_BIND | MS_REC, null);
    return true;
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  } finally {
    for (const { fd } of below) libc.close(fd);
    for (const end of done) end();
  }
}

function opened(point: string): { readonly point: string; readonly fd: number } | undefined {
  try {
    return { point, fd: libc.open(point, O_PATH | O_CLOEXEC, 0) };
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
