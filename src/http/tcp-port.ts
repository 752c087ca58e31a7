import type { Server } from 'node:http';
import { failure } from '../base/error.js';
import { wantsDescriptor } from '../base/wants-descriptor.js';
import { withoutDescriptor } from '../base/without-descriptor.js';
import { printPlace, type TcpPlace } from './place.js';

/** Listens at the port. Throws `listen-refused`. */
export function listenAtPort(server: Server, place: TcpPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException) => reject(refusal(printPlace(place), cause));
    server.once('error', refused);
    server.listen({ host: place.host, port: place.port }, () => {
      server.off('error', refused);
      resolve();
    });
  });
}

const refusal = (place: string, cause: NodeJS.ErrnoException) =>
  wantsDescriptor(cause)
    ? withoutDescriptor(`to listen at ${place}`, cause)
    : failure('listen-refused', { place, reason: cause.code ?? cause.message }, { cause });
