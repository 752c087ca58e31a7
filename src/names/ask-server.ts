import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { familyOf } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Upstream } from './types.js';

// RFC 1035 §4.1: one question, recursion desired; for the name servers of the root, which everybody can answer and nobody is told a name by.
const QUESTION = [0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];
const TRIES = 3;

/**
 * Asks a name server from a stack whether it is there: any answer will do. False when none came within `milliseconds`, or nothing can be
 * sent to it. True also where that cannot be tried: one on a link of its own (`zone`).
 */
export async function answers(
  kernel: Kernel,
  stack: Parameters<Kernel['socket']>[0],
  { server, zone, port }: Upstream,
  milliseconds: number,
): Promise<boolean> {
  if (zone !== undefined) return true;
  const family = familyOf(server);
  const fd = await kernel.socket(stack, { type: 'udp', address: (family === 4 ? '0.0.0.0' : '::') as Ip, port: 0 });
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
  const id = randomBytes(2);
  const query = Buffer.concat([id, Buffer.from(QUESTION)]);
  return new Promise<boolean>((resolve) => {
    let tries = 0;
    let ended = false;
    const end = (answer: boolean) => {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      socket.close(() => resolve(answer));
    };
    const ask = () => {
      if (tries++ === TRIES) end(false);
      else if (!ended) socket.send(query, port, server);
    };
    const timer = setInterval(ask, milliseconds / TRIES);
    socket.on('message', (message, from) => message.subarray(0, 2).equals(id) && from.port === port && end(true));
    socket.on('error', () => end(false));
    socket.once('listening', ask);
    if (!take(socket, fd)) end(true);
  });
}

// A kernel in memory has no descriptors.
function take(socket: Socket, fd: number): boolean {
  try {
    socket.bind({ fd });
    return true;
  } catch {
    return false;
  }
}
