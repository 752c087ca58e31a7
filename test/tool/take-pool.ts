import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, open, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** UV_THREADPOOL_SIZE, unless somebody set it. */
const THREADS = 4;

/** Keeps all threads of libuv's pool at work until it is called back, as an application's own work may: to open a FIFO is to wait for who writes. */
export function takePool(): () => Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-pool-'));
  const fifos = Array.from({ length: THREADS }, (_, n) => join(directory, String(n)));
  execFileSync('mkfifo', fifos);
  const opened = fifos.map((fifo) => promisify(open)(fifo, 'r'));
  return async () => {
    const writers = fifos.map((fifo) => openSync(fifo, constants.O_RDWR));
    for (const fd of [...writers, ...(await Promise.all(opened))]) closeSync(fd);
    rmSync(directory, { recursive: true });
  };
}
