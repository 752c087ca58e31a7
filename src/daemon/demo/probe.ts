// A process in a sandbox: enters the namespace before it opens anything, then listens, and connects when told to.
import { connect, createServer } from 'node:net';
import { enterNetwork } from '../../kernel/linux/enter-network.js';

/** What a probe is told. */
export interface Errand {
  readonly to: string;
  readonly port: number;
  /** Milliseconds to wait for an answer. */
  readonly wait: number;
}

/** What it saw: how long the connection took in milliseconds and which address the other end saw, or that nothing came. */
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
    socket.end((socket.remoteAddress ?? '').replace(/^::ffff:/, ''));
  });
  server.listen({ port: PORT, host: '::' }, () => process.send?.('ready'));
}

function visit({ to, port, wait }: Errand): Promise<Sight> {
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
