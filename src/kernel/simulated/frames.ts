import type { Stack } from '../../resource/resource.js';
import type { Frames, FramesSpec } from '../kernel.js';
import { Errno } from './errno.js';
import { type Link, linkOf, netOf, type World } from './world.js';

// A segment is few links: what walks it needs no index.
const ears = new WeakMap<Link, Set<(frame: Uint8Array) => void>>();

/** A place where frames are heard. What is sent by one end of a veth comes in by the other, and a bridge passes it on to all its ports. */
export function openFrames(world: World, stack: Stack, { link: name, port, family = 4 }: FramesSpec, heard: (frame: Uint8Array) => void): Frames {
  const link = linkOf(netOf(world, stack), name);
  const ear = (frame: Uint8Array) => void ((family === 4 ? isTowards(frame, port) : isTowards6(frame, port)) && heard(frame));
  const others = ears.get(link) ?? new Set();
  ears.set(link, others.add(ear));
  return {
    mac: link.mac,
    send: async (frame) => {
      if (link.net.links.get(name) !== link) throw new Errno('ENODEV');
      leave(link, Uint8Array.from(frame));
    },
    [Symbol.asyncDispose]: async () => void others.delete(ear),
  };
}

function leave(link: Link, frame: Uint8Array): void {
  if (!link.up) throw new Errno('ENETDOWN');
  if (link.peer) arrive(link.peer, frame);
  for (const port of link.ports) if (port.up) leave(port, frame);
}

function arrive(link: Link, frame: Uint8Array): void {
  if (!link.up) return;
  const { master } = link;
  for (const port of master?.ports ?? []) if (port !== link && port.up) leave(port, frame);
  for (const ear of ears.get(master ?? link) ?? []) queueMicrotask(() => ear(frame));
}

// UDP over IPv6 to this port, or a neighbour solicitation; without a port advertisements too.
function isTowards6(frame: Uint8Array, port: number | undefined): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length < 58 || view.getUint16(12) !== 0x86dd) return false;
  return frame[20] === 17 ? view.getUint16(56) === port : frame[20] === 58 && (frame[54] === 135 || (port === undefined && frame[54] === 136));
}

// UDP over IPv4, whole, to this port; without one ARP.
function isTowards(frame: Uint8Array, port: number | undefined): boolean {
  if (port === undefined) return frame[12] === 0x08 && frame[13] === 0x06;
  const [view, header] = [new DataView(frame.buffer, frame.byteOffset, frame.length), ((frame[14] ?? 0) & 0xf) * 4];
  if (frame.length < 14 + header + 8 || view.getUint16(12) !== 0x0800 || frame[23] !== 17) return false;
  return (view.getUint16(20) & 0x3fff) === 0 && view.getUint16(14 + header + 2) === port;
}
