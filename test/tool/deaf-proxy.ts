import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a port that may lose the answers: what is asked arrives all the same. */
export interface DeafProxy {
  /** `127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** From here on nothing comes back, and connections stay. */
  deaf: boolean;
  close(): Promise<void>;
}

/** Starts one in front of `127.0.0.1:PORT`. */
export async function deafProxy(target: string): Promise<DeafProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.split(':').at(-1)), '127.0.0.1');
    near.pipe(far);
    far.on('data', (bytes) => proxy.deaf || near.write(bytes));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined).on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: DeafProxy = {
    endpoint: `127.0.0.1:${(server.address() as { port: number }).port}`,
    deaf: false,
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
  return proxy;
}
