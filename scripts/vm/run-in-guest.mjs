import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peer, placeOf } from '../lib/peers.mjs';
import { firstFiles } from './guest.mjs';
import { kernel as readyKernel } from './kernel.mjs';
import { qemuArguments } from './qemu.mjs';
import { supervised } from './supervised.mjs';

const TAIL = 40; // lines of the console

/**
 * Runs a program on a full kernel: boots a guest that sees this machine's files, shows what the program prints, and
 * writes what it left in /run/vm/report.json to `report`. Resolves with its exit status; a guest that has not ended after `limit`
 * seconds is ended (124), and one that ends without a status has failed (125): its console's end is shown.
 */
export async function runInGuest(argv, { env = {}, limit, report }) {
  const kernel = readyKernel();
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-vm-'));
  try {
    writeFileSync(join(folder, 'initrd'), firstFiles(kernel, argv, env));
    const program = join(placeOf('qemu-system-x86'), 'usr/bin/qemu-system-x86_64');
    const ended = await supervised(program, qemuArguments(kernel, folder), { env: peer('qemu-system-x86'), limit });
    const [status, left, console] = ['status', 'report', 'console'].map((name) => read(join(folder, name)));
    if (left !== '') writeFileSync(report, left);
    if (status.trim() !== '') return Number(status);
    process.stderr.write(`${troubleOf(ended, limit, console)}\n`);
    return ended.late ? 124 : 125;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Why a guest said nothing of how its program ended, with what its console said last. */
export function troubleOf({ late, how }, limit, console) {
  const trouble = late ? `the guest had not ended after ${limit} s` : `the guest ended without a status (QEMU: ${how})`;
  return [`${trouble}; the end of its console:`, ...console.trimEnd().split('\n').slice(-TAIL)].join('\n');
}

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
