import type { RedirectResource, Resource } from '../../resource/resource.js';
import { ifThere } from './if-there.js';
import { getLink, linkState } from './link/link-state.js';
import { isRefusal } from './netlink-socket.js';
import { filterState } from './traffic/filter-state.js';
import { type QueueState, queueState } from './traffic/queue-state.js';
import { getFilters } from './traffic/redirect.js';
import { sparedState } from './traffic/spared.js';
import { getQueues, getRoot } from './traffic/tbf.js';
import { indexesOf, type View } from './view.js';

/**
 * The rates and redirections on the links of a view that carry our mark. In a sandbox there are redirections alone, and only to and from its taps: nothing of
 * ours is to hold there, whose own root could take it away.
 */
export function* traffic(view: View): Generator<Resource> {
  const { place, names, ours } = view;
  const { stack } = place;
  if (stack !== 'host' && !view.links.some(({ index, tap }) => tap && ours.has(index))) return;
  const { queues, hooked } = queuesOf(view);
  for (const { index, rate } of queues) if (rate && ours.has(index)) yield { kind: 'rate', in: stack, link: names.get(index) ?? '', ...rate };
  for (const index of hooked) yield* redirections(view, index);
}

// A few are asked by themselves, however many others there are: whether something takes in what comes is seen from its filters then.
function queuesOf({ place: { route }, links, ours, only }: View): { readonly queues: readonly QueueState[]; readonly hooked: readonly number[] } {
  if (!only || indexesOf(only).includes(0)) {
    const queues = route.dump(getQueues, ({ payload }) => queueState(payload));
    return { queues, hooked: queues.filter(({ index, at }) => at === 'ingress' && ours.has(index)).map(({ index }) => index) };
  }
  const mine = links.filter(({ index }) => ours.has(index));
  const queues = mine
    .filter(({ queue }) => queue === 'tbf')
    .flatMap(({ index }) => {
      const root = route.ask(getRoot(index), ({ payload }) => queueState(payload));
      return isRefusal(root) ? [] : [root];
    });
  return { queues, hooked: mine.filter(({ kind }) => kind === 'veth').map(({ index }) => index) };
}

function redirections({ place: { stack, route }, names }: View, index: number): readonly RedirectResource[] {
  const filters = ifThere(() => route.dump(getFilters(index), ({ payload }) => ({ all: filterState(payload), but: sparedState(payload) })));
  const to = filters.find(({ all }) => all)?.all?.to;
  if (to === undefined) return [];
  const but = filters.find((each) => each.but !== undefined)?.but;
  return [{ kind: 'redirect', in: stack, link: names.get(index) ?? '', to: names.get(to) ?? nameOf(route, to), ...(but !== undefined && { but }) }];
}

function nameOf(route: View['place']['route'], index: number): string {
  const link = index === 0 ? undefined : route.ask(getLink({ index }), ({ payload }) => linkState(payload));
  return link && !isRefusal(link) ? link.name : '';
}
