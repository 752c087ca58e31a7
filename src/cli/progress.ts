import type { Sink } from './world.js';

const WIDTH = 30;

/** How far something has come: a bar on a terminal, which goes when it is done; nothing elsewhere. */
export function progress(sink: Sink, what: string, all: number): (done: number) => void {
  if (!sink.terminal) return () => {};
  return (done) => {
    const full = Math.round((done / all) * WIDTH);
    sink.write(done < all ? `\r${what} [${'='.repeat(full)}${' '.repeat(WIDTH - full)}] ${done}/${all}` : '\r\x1b[K');
  };
}
