import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

interface Guest {
  readonly socket: Socket;
  /** What it asks for, until it is answered. */
  request?: IncomingMessage;
}

/**
 * Lets at most so many be connected at once. Who comes then takes the place of whoever has kept us waiting longest for a whole request, so that
 * half-open connections hold nobody up; where all of them are being answered, who comes is turned away.
 */
export function keepRoom(server: Server, most: number): void {
  // In the order in which they began to keep us waiting.
  const guests = new Map<unknown, Guest>();
  server.on('connection', (socket: Socket) => {
    if (guests.size >= most) {
      const slowest = [...guests].find(([, guest]) => isWaitedFor(guest));
      if (!slowest) return void socket.destroy();
      const [key, guest] = slowest;
      guests.delete(key);
      guest.socket.destroy();
    }
    const [key, guest] = [nameOf(socket), { socket }];
    guests.set(key, guest);
    socket.once('close', () => guests.get(key) === guest && guests.delete(key));
  });
  server.on('request', (request, response) => {
    const key = nameOf(request.socket);
    const guest = guests.get(key);
    if (!guest) return;
    guest.request = request;
    response.once('close', () => {
      delete guest.request;
      if (guests.delete(key)) guests.set(key, guest);
    });
  });
}

const isWaitedFor = ({ request }: Guest): boolean => request === undefined || !request.complete;

// A request over TLS has a socket of its own, with the names of the one that was connected; one of a unix socket has no names.
const nameOf = (socket: Socket): unknown => (socket.remotePort === undefined ? socket : `${socket.remoteAddress} ${socket.remotePort}`);
