// A process in a sandbox: enters the namespace before it opens anything, then listens, and speaks to others when told to.
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { connect, createServer } from 'node:net';
import { enterNetwork } from '../../kernel/linux/enter-network.js';

/** What a probe is told: to speak to this address, or to ask the sandbox's resolver for this name. */
export interface Errand {
  readonly protocol: 'tcp' | 'udp' | 'dns';
  readonly to: string;
  readonly port: number;
  /** Milliseconds to wait for an answer. */
  readonly wait: number;
}

/**
 * What it saw: how long the connection, or the answer, took in milliseconds and which address the other end saw, or the name has; or
 * that nothing came.
 */
export type Sight = { readonly took: number; readonly seenAs: string } | { readonly nothing: true };

/** The port on which every probe answers. */
export const PORT = 7000;

const [, , key] = process.argv;
if (key !== undefined && process.send) {
  enterNetwork(key);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (errand: Errand) => void visit(errand).then((sight) => process.send?.(sight)));
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(plain(socket.remoteAddress ?? ''));
  });
  const echo = createSocket({ type: 'udp6' });
  echo.on('message', (_, { address, port }) => echo.send(plain(address), port, address));
  server.listen({ port: PORT, host: '::' }, () => echo.bind({ port: PORT, address: '::' }, () => process.send?.('ready')));
}

// An IPv4 address as a socket for both families has it.
const plain = (address: string): string => address.replace(/^::ffff:/, '');

const WAYS = { tcp: connected, udp: answered, dns: found } as const;
const visit = (errand: Errand): Promise<Sight> => WAYS[errand.protocol](errand);

// This process has the host's resolv.conf: it asks where programs in a sandbox are led by theirs.
async function found({ to, wait }: Errand): Promise<Sight> {
  const resolver = new Resolver({ timeout: wait, tries: 1 });
  resolver.setServers(['127.0.0.11']);
  const started = performance.now();
  try {
    const addresses = await resolver.resolve4(to);
    return { took: performance.now() - started, seenAs: addresses.join(', ') };
  } catch {
    return { nothing: true };
  }
}

function connected({ to, port, wait }: Errand): Promise<Sight> {
  return new Promise((resolve) => {
    const started = performance.now();
    const socket = connect({ host: to, port });
    const nothing = () => {
      socket.destroy();
      resolve({ nothing: true });
    };
    socket.setTimeout(wait, nothing).on('error', nothing);
    socket.on('connect', () => {
      const took = performance.now() - started;
      socket.on('data', (seen) => {
        socket.destroy();
        resolve({ took, seenAs: String(seen) });
      });
    });
  });
}

function answered({ to, port, wait }: Errand): Promise<Sight> {
  return new Promise((resolve) => {
    const started = performance.now();
    const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
    const end = (sight: Sight) => {
      clearTimeout(timer);
      socket.close();
      resolve(sight);
    };
    const timer = setTimeout(end, wait, { nothing: true });
    socket.on('error', () => end({ nothing: true }));
    socket.on('message', (seen) => end({ took: performance.now() - started, seenAs: String(seen) }));
    socket.send('hello', port, to);
  });
}
