import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peer, placeOf } from '../lib/peers.mjs';
import { firstFiles } from './guest.mjs';
import { kernel as readyKernel } from './kernel.mjs';
import { qemuArguments } from './qemu.mjs';

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
    const ended = await runQemu(qemuArguments(kernel, folder), limit);
    const status = read(join(folder, 'status')).trim();
    writeFileSync(report, read(join(folder, 'report')));
    if (status !== '') return Number(status);
    const trouble = ended.late ? `the guest had not ended after ${limit} s` : `the guest ended without a status (QEMU: ${ended.how})`;
    const console = read(join(folder, 'console')).split('\n').slice(-TAIL).join('\n');
    process.stderr.write(`${trouble}; the end of its console:\n${console}\n`);
    return ended.late ? 124 : 125;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// setpriv: however this process ends, the guest ends with it.
function runQemu(args, limit) {
  const program = join(placeOf('qemu-system-x86'), 'usr/bin/qemu-system-x86_64');
  const env = peer('qemu-system-x86');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], { stdio: ['pipe', 'inherit', 'inherit'], env });
  const stop = () => child.kill('SIGKILL');
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, limit * 1000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ late, how: signal ?? status }));
  }).finally(() => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, stop);
  });
}

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
