import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MOST = 64 << 20; // octets of output

/** A client in the namespace `key` that asks `server` for these names. All answers must come, and be good. */
export function dnsperf(environment, directory, key, server) {
  const ask = async (names, ...options) => {
    const file = `${directory}/questions`;
    writeFileSync(file, names.map((name) => `${name} A\n`).join(''));
    const args = [`--net=${key}`, 'dnsperf', '-s', server, '-p', '53', '-d', file, ...options];
    const { stdout } = await run('nsenter', args, { env: environment, maxBuffer: MOST });
    if (!stdout.includes('NOERROR') || /Response codes:.*,/.test(stdout) || !/Queries lost: +0 /.test(stdout)) throw new Error(stdout.slice(-800));
    return stdout;
  };
  return {
    /** Queries a second, 100 on their way at a time, for a second. */
    rate: async (names) => Number(/Queries per second: +([\d.]+)/.exec(await ask(names, '-l', '1', '-q', '100', '-c', '10'))[1]),
    /** Microseconds of each answer, at 500 questions a second for a second: none of the servers has to queue them. */
    latencies: async (names) => {
      const stdout = await ask(names, '-l', '1', '-Q', '500', '-v');
      return [...stdout.matchAll(/^> NOERROR .* ([\d.]+)$/gm)].map(([, seconds]) => Number(seconds) * 1e6);
    },
  };
}
