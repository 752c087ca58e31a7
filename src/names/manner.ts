/** How upstreams are asked for a sandbox, where its user set options of resolv.conf(5) that say so. */
export interface Manner {
  /** `timeout`: milliseconds for which one upstream is waited for. */
  readonly wait?: number;
  /** `attempts`: how often all of them are asked. */
  readonly rounds?: number;
  /** `rotate`: each question begins with another. */
  readonly rotate?: true;
  /** `use-vc`: by TCP. */
  readonly stream?: true;
  /** `no-aaaa`: nobody is asked for IPv6 addresses. Programs whose library does not know the option are answered that there are none. */
  readonly withoutAaaa?: true;
}

// RES_MAXRETRANS and RES_MAXRETRY of resolv.h: glibc takes more for these.
const MOST_SECONDS = 30;
const MOST_ROUNDS = 5;

/** What these options say of upstreams; `undefined` where they say nothing. Of several of one name the last holds. All others are for programs to read. */
export function mannerOf(options: readonly string[]): Manner | undefined {
  const [seconds, rounds] = [numberOf('timeout', options), numberOf('attempts', options)];
  const manner: Manner = {
    ...(seconds !== undefined && { wait: within(seconds, MOST_SECONDS) * 1000 }),
    ...(rounds !== undefined && { rounds: within(rounds, MOST_ROUNDS) }),
    ...(options.includes('rotate') && { rotate: true as const }),
    ...(options.includes('use-vc') && { stream: true as const }),
    ...(options.includes('no-aaaa') && { withoutAaaa: true as const }),
  };
  return Object.keys(manner).length > 0 ? manner : undefined;
}

/** A numbered option; of several the last holds. `undefined` where it is not set or no number. */
export function numberOf(name: string, options: readonly string[]): number | undefined {
  const last = options.findLast((option) => option.startsWith(`${name}:`) && /^\d+$/.test(option.slice(name.length + 1)));
  return last === undefined ? undefined : Number(last.slice(name.length + 1));
}

const within = (number: number, most: number): number => Math.min(Math.max(number, 1), most);
