import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A host's own ways to the members of an etcd, which may be cut. */
export interface Ways {
  /** `127.0.0.1:PORT` each. */
  readonly endpoints: readonly string[];
  /** As a partition: connections stay, nothing goes through. */
  cut(): void;
  /** What was lost is lost: connections are made anew. */
  heal(): void;
  close(): Promise<void>;
}

/** Makes one to each of these, at `127.0.0.1:PORT`. */
export async function waysTo(targets: readonly string[]): Promise<Ways> {
  const sockets = new Set<Socket>();
  let closed = false;
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const servers = await Promise.all(
    targets.map(async (target) => {
      const server = createServer((near) => {
        const far = connect(Number(target.split(':').at(-1)), '127.0.0.1');
        for (const [one, other] of [
          [near, far],
          [far, near],
        ] as const) {
          sockets.add(one);
          one.on('data', (bytes) => closed || other.write(bytes));
          one
            .on('error', () => undefined)
            .on('close', () => {
              sockets.delete(one);
              other.destroy();
            });
        }
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  return {
    endpoints: servers.map((server) => `127.0.0.1:${(server.address() as { port: number }).port}`),
    cut: () => void (closed = true),
    heal() {
      closed = false;
      drop();
    },
    async close() {
      drop();
      await Promise.all(servers.map((server) => once(server.close(), 'close')));
    },
  };
}
