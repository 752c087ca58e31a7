import { BRIEF, startProbe as startProber } from '#dist/daemon/demo/prober.js';

/** A process in a namespace that speaks to others when told to, and answers whoever speaks to it: the demo's. */
export interface Probe {
  /** The address that the other end saw, or `null` when nothing came back. */
  tcp(to: string): Promise<string | null>;
  udp(to: string): Promise<string | null>;
  close(): Promise<void>;
}

/** Starts one inside the namespace at this path; it answers there when this resolves. */
export async function startProbe(path: string): Promise<Probe> {
  const prober = await startProber(path);
  const visit = async (to: string, protocol: 'tcp' | 'udp') => {
    const sight = await prober.visit(to, protocol, BRIEF);
    return 'seenAs' in sight ? sight.seenAs : null;
  };
  return {
    tcp: (to) => visit(to, 'tcp'),
    udp: (to) => visit(to, 'udp'),
    close: async () => prober[Symbol.asyncDispose](),
  };
}
