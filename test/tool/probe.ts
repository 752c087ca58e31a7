import { ErrandThread } from './errand-thread.js';

/** Somebody in a namespace that connects when told to, to several places at once if it is, and answers whoever connects to it: on port 7000 with the address that it saw, on 7001 with its name. */
export interface Probe {
  /** What the other end answered, or `null` when nothing came back. */
  tcp(to: string, port?: number): Promise<string | null>;
  /** The same; from this port of its own, so that several are one flow, and by this address of its own. */
  udp(to: string, port?: number, from?: number, by?: string): Promise<string | null>;
  /** The answers of TCP and of UDP, asked at once. */
  both(to: string, port: number): Promise<readonly (string | null)[]>;
  /** `pong`, or `null` when nothing came back. */
  ping(to: string): Promise<string | null>;
  /** The name of the error with which a packet of UDP is refused, or `null` when nothing came back. */
  refusal(to: string, port: number): Promise<string | null>;
  /** Listens beside that; answers the name of the error where that is refused, else nothing. */
  listen(address: string, port: number): Promise<string>;
  unlisten(): Promise<void>;
  /** The answers of TCP, of UDP and to a ping, for several places at once. */
  reach(places: readonly (readonly [to: string, port: number])[]): Promise<readonly (readonly (string | null)[])[]>;
  /** Adds or deletes an address of a link there, a route by it and a gateway, or whose MAC address an IP address has, as somebody else. */
  change(what: `${'add' | 'delete'}-${'address' | 'route' | 'neighbour'}`, link: string, address: string, via?: string): Promise<void>;
  /** Whose sockets are in there: it is a thread of this process. */
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts one inside the namespace at this path; it answers there when this resolves. */
export async function startProbe(path: string, name?: string): Promise<Probe> {
  const errands = new ErrandThread(new URL('./probe.mjs', import.meta.url), [path, ...(name === undefined ? [] : [name])]);
  await errands.ready();
  const ask = <T>(call: string, ...args: readonly unknown[]): Promise<T> => errands.ask<T>({ call, args });
  return {
    tcp: (to, port = 7000) => ask('tcp', to, port),
    udp: (to, port = 7000, from, by) => ask('udp', to, port, from, by),
    both: (to, port) => ask('both', to, port),
    ping: (to) => ask('ping', to),
    refusal: (to, port) => ask('refusal', to, port),
    listen: (address, port) => ask('listen', address, port),
    unlisten: () => ask('unlisten'),
    reach: (places) => ask('reach', places),
    change: async (...words) => void (await ask('change', ...words)),
    pid: process.pid,
    close: () => errands[Symbol.asyncDispose](),
  };
}
