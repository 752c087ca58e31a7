import type { Server } from 'node:http';
import { failure } from '../base/error.js';
import { printPlace, type TcpPlace } from './place.js';

/** Listens at the port. Throws `listen-refused`. */
export function listenAtPort(server: Server, place: TcpPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException) =>
      reject(failure('listen-refused', { place: printPlace(place), reason: cause.code ?? cause.message }, { cause }));
    server.once('error', refused);
    server.listen({ host: place.host, port: place.port }, () => {
      server.off('error', refused);
      resolve();
    });
  });
}
