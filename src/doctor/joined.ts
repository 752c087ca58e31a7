import { groupBy } from '../base/group-by.js';
import type { Id } from '../base/id.js';
import type { DoctorView } from '../model/check.js';
import type { Endpoint, Network, Sandbox } from '../model/records.js';

/** An endpoint that is live, and its sandbox. */
export interface Joined {
  readonly endpoint: Endpoint;
  readonly sandbox: Sandbox;
}

// Found once a look, whatever asks: there may be ten thousand of them.
const known = new WeakMap<DoctorView, readonly Joined[]>();
const byNetwork = new WeakMap<DoctorView, ReadonlyMap<Id, readonly Joined[]>>();
const bySandbox = new WeakMap<DoctorView, ReadonlyMap<Id, readonly Joined[]>>();

/** Who is live on a network. */
export const joinedOn = (view: DoctorView, { id }: Network): readonly Joined[] => groupsOf(view, byNetwork, ({ endpoint }) => endpoint.network).get(id) ?? [];

/** By what a sandbox is joined. */
export const joinedBy = (view: DoctorView, { id }: Sandbox): readonly Joined[] => groupsOf(view, bySandbox, ({ sandbox }) => sandbox.id).get(id) ?? [];

function groupsOf(
  view: DoctorView,
  kept: WeakMap<DoctorView, ReadonlyMap<Id, readonly Joined[]>>,
  keyOf: (joined: Joined) => Id,
): ReadonlyMap<Id, readonly Joined[]> {
  const groups = kept.get(view) ?? groupBy(joinedIn(view), keyOf);
  kept.set(view, groups);
  return groups;
}

function joinedIn(view: DoctorView): readonly Joined[] {
  const all = known.get(view) ?? joinedOf(view);
  known.set(view, all);
  return all;
}

function joinedOf({ endpoints, sandboxes }: DoctorView): readonly Joined[] {
  const byId = new Map(sandboxes.map((sandbox) => [sandbox.id, sandbox]));
  return endpoints.flatMap((endpoint) => {
    const sandbox = endpoint.sandbox === undefined ? undefined : byId.get(endpoint.sandbox);
    return endpoint.state === 'active' && sandbox ? [{ endpoint, sandbox }] : [];
  });
}
