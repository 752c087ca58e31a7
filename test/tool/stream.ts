import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./stream.mjs', import.meta.url));

/** From where to where something is to be sent as fast as it can be. */
export interface Course {
  /** The namespace of who sends. */
  readonly from: string;
  /** That of who takes, and the address there. */
  readonly to: string;
  readonly address: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** Something that is being sent. */
export interface Stream {
  /** How fast it is while so many seconds pass, in bits a second on the wire: with the headers of Ethernet, IP and the protocol. */
  rate(seconds: number): Promise<number>;
  close(): Promise<void>;
}

const DATAGRAM = 1400;

// Bytes of a frame for each byte of payload. TCP: MSS of 1500 bytes less headers, with timestamps (RFC 7323); UDP: datagrams of 1400 bytes.
const overhead = ({ protocol, address }: Course): number => {
  const ip = address.includes(':') ? 40 : 20;
  return protocol === 'tcp' ? 1514 / (1500 - ip - 32) : (DATAGRAM + 14 + ip + 8) / DATAGRAM;
};

/** Starts to send. */
export async function openStream(course: Course): Promise<Stream> {
  const { from, to, protocol, port, address } = course;
  const taker = start(to, 'take', protocol, String(port));
  const lines = createInterface({ input: taker.stdout as NodeJS.ReadableStream });
  await once(lines, 'line');
  const sender = start(from, 'send', protocol, String(port), address);
  const broken = once(sender, 'exit').then(() => Promise.reject(new Error(`nothing can be sent to ${address}`)));
  broken.catch(() => {});
  const unit = 8 * overhead(course) * (protocol === 'udp' ? DATAGRAM : 1);
  return {
    rate: async (seconds) => slope(await Promise.race([samples(lines, seconds), broken])) * 1000 * unit,
    close: async () => {
      await ended(sender);
      await ended(taker);
      lines.close();
    },
  };
}

const start = (...words: readonly string[]): ChildProcess => spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });

type Sample = readonly [milliseconds: number, amount: number];

function samples(lines: Interface, seconds: number): Promise<readonly Sample[]> {
  const found: Sample[] = [];
  return new Promise((resolve) => {
    const hear = (line: string) => {
      const [at = 0, amount = 0] = line.split(' ').map(Number);
      found.push([at, amount]);
      if (at - (found[0]?.[0] ?? 0) < seconds * 1000) return;
      lines.off('line', hear);
      resolve(found);
    };
    lines.on('line', hear);
  });
}

/** By least squares, so that neither the first nor the last sample weighs more than others. */
function slope(all: readonly Sample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [middle, amount] = [mean(all.map(([at]) => at)), mean(all.map(([, each]) => each))];
  const along = all.reduce((sum, [at]) => sum + (at - middle) ** 2, 0);
  return all.reduce((sum, [at, each]) => sum + (at - middle) * (each - amount), 0) / along;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
