import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A query. Ids are given by the test, so that an answer can be told from another's. */
export interface Query {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** The payload that EDNS says; no EDNS without. */
  readonly edns?: number;
}

/** What came back. */
export interface Answer {
  readonly id: number;
  readonly rcode: string;
  readonly truncated: boolean;
  readonly name: string;
  readonly data: readonly unknown[];
  readonly ttl?: number;
  readonly edns: boolean;
  /** Octets of the message. */
  readonly size: number;
}

/** What an upstream does with names that match; of several the first. */
export interface Rule {
  readonly name: string;
  readonly over?: 'udp' | 'tcp';
  readonly rcode?: 'NOERROR' | 'SERVFAIL' | 'NXDOMAIN' | 'REFUSED';
  readonly data?: readonly unknown[];
  readonly ttl?: number;
  readonly truncated?: boolean;
  readonly silent?: boolean;
  /** What it says before the true answer. */
  readonly before?: readonly ('wrong id' | 'wrong name' | 'a query' | 'rubbish' | 'nothing')[];
}

/** A process in a namespace that speaks DNS, to the resolver of that namespace and as an upstream. */
export interface DnsPeer {
  serve(upstream: { address: string; port: number; rules: readonly Rule[] }): Promise<void>;
  /** What its upstreams were asked since the last time, as `udp name type`. */
  asked(): Promise<readonly string[]>;
  udp(port: number, queries: readonly Query[], wait?: number): Promise<readonly (Answer | null)[]>;
  tcp(port: number, queries: readonly Query[], how?: { parts?: number; half?: boolean; wait?: number }): Promise<{ how: string; answers: readonly Answer[] }>;
  flood(port: number, datagrams: readonly string[], times: number): Promise<void>;
  hold(port: number, type: 'udp' | 'tcp'): Promise<void>;
  /** Opens `count` connections one after the other and uses each once; the indexes of the first `until` that are closed. */
  crowd(port: number, query: Query, count: number, until: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Starts one inside the namespace at this path. */
export async function dnsPeer(path: string): Promise<DnsPeer> {
  const child = fork(fileURLToPath(new URL('./dns-peer.mjs', import.meta.url)), [path], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let last = 0;
  await answerOf(child, 0);
  const ask = <T>(call: string, args: object = {}): Promise<T> => {
    const id = ++last;
    const answer = answerOf<T>(child, id);
    child.send({ id, call, ...args });
    return answer;
  };
  return {
    serve: (upstream) => ask('serve', upstream),
    asked: () => ask('asked'),
    udp: (port, queries, wait = 10_000) => ask('udp', { port, queries, wait }),
    tcp: (port, queries, how = {}) => ask('tcp', { wait: 10_000, ...how, port, queries }),
    flood: (port, datagrams, times) => ask('flood', { port, datagrams, times }),
    hold: (port, type) => ask('hold', { port, type }),
    crowd: (port, query, count, until) => ask('crowd', { port, query, count, until }),
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.disconnect();
      }),
  };
}

function answerOf<T>(child: ChildProcess, wanted: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (act: () => void) => {
      child.off('exit', ended).off('message', told);
      act();
    };
    const ended = (code: number | null) => end(() => reject(new Error(`a peer ended with ${code}`)));
    const told = ({ id, value, error }: { id: number; value: T; error?: string }) => {
      if (id === wanted) end(() => (error === undefined ? resolve(value) : reject(new Error(error))));
    };
    child.on('exit', ended).on('message', told);
  });
}
