import type { Belonging } from '../../../resource/enslaved.js';
import { EEXIST, EHOSTUNREACH, ENETUNREACH } from '../errno.js';
import { saysAbsent } from '../refused.js';
import type { NetlinkSocket, Refusal } from '../netlink-socket.js';
import type { Request } from '../request.js';
import { clear, isUnsure, labelOf, lay, layOnLink, type Way } from './laying.js';

const MOST_AT_ONCE = 64; // as many failures as there is room for

/** The kernel refused something of a move; what was made by then is there still. */
export class Stuck extends Error {
  override readonly name = 'Stuck';

  constructor(readonly refusal: Refusal) {
    super(refusal.reason ?? `errno ${refusal.errno}`);
  }
}

/** What happens between the steps of a move. */
export interface Stages {
  /** The addresses are made on the one link; routes that begin there come next. */
  addressed(): void;
  /** The routes are made there, too. */
  routed(): void;
  /** All is made there, and nothing is taken away from the other link. */
  laid(): void;
  /** Nothing leaves by the other link any more. */
  led(): void;
  /** How addresses were called there. */
  readonly was: readonly Belonging[];
}

/**
 * Brings what one link has to another, so that the host has it at each moment:
 *
 *     addresses made ──► addressed ──► routes and neighbours made ──► laid ──► routes taken away ──► led ──► addresses taken away
 *                                      behind those of the other link
 *
 * Addresses that somebody else may have come last: the kernel asks for them where packets go by then.
 * What is there already stays, so that a move that was interrupted is made again.
 */
export function move(route: NetlinkSocket, all: readonly Belonging[], way: Way, { addressed, routed, laid, led, was }: Stages): void {
  const [addresses, rest] = apart(all);
  const unsure = all.filter(isUnsure);
  layAll(
    route,
    all.filter((each) => !isUnsure(each)),
    way,
    { addressed, routed, was },
  );
  laid();
  send(
    route,
    rest.map((each) => clear(each, way)),
    isGone,
  );
  led();
  layAll(route, unsure, way, { addressed: () => {}, routed: () => {}, was });
  send(
    route,
    addresses.map((each) => clear(each, way)),
    isGone,
  );
}

/** The first half of a move: all is made on the one link, whatever is on the other. */
export function layAll(
  route: NetlinkSocket,
  all: readonly Belonging[],
  way: Way,
  { addressed, routed, was }: Pick<Stages, 'addressed' | 'routed' | 'was'>,
): void {
  const labels = new Map(was.map((each) => [each.text, labelOf(each)]));
  const [addresses, rest] = apart(all);
  send(
    route,
    addresses.flatMap((each) => lay(each, way, labels.get(each.text)) ?? []),
    isThere,
  );
  addressed();
  layRest(route, rest, way);
  routed();
}

// A route may have lost the address by which its gateway was reached, and leads there still.
function layRest(route: NetlinkSocket, rest: readonly Belonging[], way: Way): void {
  const all = rest.flatMap((each) => {
    const request = lay(each, way);
    return request ? [{ request, onLink: layOnLink(each, way) }] : [];
  });
  const unreached: Request[] = [];
  const isFine = (errno: number, at: number): boolean => {
    const onLink = isUnreached(errno) ? all[at]?.onLink : undefined;
    if (onLink) unreached.push(onLink);
    return isThere(errno) || onLink !== undefined;
  };
  send(
    route,
    all.map(({ request }) => request),
    isFine,
  );
  send(route, unreached, isThere);
}

const apart = (all: readonly Belonging[]): readonly [readonly Belonging[], readonly Belonging[]] => [
  all.filter(({ kind }) => kind === 'address'),
  all.filter(({ kind }) => kind !== 'address'),
];

/** Sends all, and throws `Stuck` for the first that is refused; `isFine` is told which of them that is. */
export function send(route: NetlinkSocket, requests: readonly Request[], isFine: (errno: number, at: number) => boolean): void {
  for (let from = 0; from < requests.length; from += MOST_AT_ONCE)
    for (const [at, refusal] of route.transact(requests.slice(from, from + MOST_AT_ONCE)).entries())
      if (refusal && !isFine(refusal.errno, from + at)) throw new Stuck(refusal);
}

const isThere = (errno: number): boolean => errno === EEXIST;
// What the kernel answers to a gateway that no address of the link leads to (fib_check_nh of IPv4, ip6_validate_gw of IPv6).
const isUnreached = (errno: number): boolean => errno === ENETUNREACH || errno === EHOSTUNREACH;
const isGone = (errno: number): boolean => saysAbsent(errno);
