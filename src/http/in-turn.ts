import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Answers what comes by one connection one after another: who sends the next request before the answer to the last one means it to find that done
 * (RFC 9112, section 9.3.2). What has not begun when the connection ends is not begun.
 */
export function inTurn(listener: RequestListener): RequestListener {
  const latest = new WeakMap<Socket, ServerResponse>();
  return (request, response) => {
    const { socket } = request;
    const before = latest.get(socket);
    latest.set(socket, response);
    if (!before || before.writableEnded) return listener(request, response);
    // No more is read than is there already: many that wait take memory.
    socket.pause();
    before.once('close', () => {
      if (socket.destroyed) return;
      socket.resume();
      listener(request, response);
    });
  };
}
