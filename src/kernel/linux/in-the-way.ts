import { overlaps } from '../../ip/prefix.js';
import type { Prefix } from '../../ip/types.js';
import { keyOf } from '../../resource/key.js';
import { subject } from '../../resource/order.js';
import type { Key, Plan, UpperSpec } from '../../resource/resource.js';
import { type Leaving, type LeavingLink, subnetsOf } from './leaving.js';

/** What cannot be made, or would be mistaken, as long as something has not left. Found once for each: plans come many times meanwhile. */
export interface Blocked {
  /** Links, and stacks with all that is in them. */
  readonly names: ReadonlySet<string>;
  /** Two ways to one subnet: packets would take the older one. */
  readonly subnets: readonly Prefix[];
  readonly uppers: readonly UpperSpec[];
  readonly ipsec: ReadonlySet<Key>;
}

/** What this blocks. */
export const blockedBy = ({ links, namespaces, ipsec }: Pick<Leaving, 'links' | 'namespaces' | 'ipsec'>): Blocked => ({
  names: new Set([...namespaces, ...links.flatMap(namesOf)]),
  subnets: links.flatMap(({ subnets }) => subnets),
  uppers: links.flatMap(({ upper }) => upper ?? []),
  ipsec: new Set(ipsec.map(keyOf)),
});

/** Tells of what is blocked whether this plan meets it. */
export function meetingOf(plan: Plan): (blocked: Blocked) => boolean {
  const touched = touchedBy(plan);
  const made = uppersIn(plan);
  const given = subnetsIn(plan);
  const keys = plan.map((operation) => keyOf(subject(operation)));
  return ({ names, subnets, uppers, ipsec }) =>
    [...touched].some((name) => names.has(name)) ||
    keys.some((key) => ipsec.has(key)) ||
    given.some((subnet) => subnets.some((gone) => overlaps(gone, subnet))) ||
    made.some((upper) => uppers.some((gone) => excludes(gone, upper)));
}

// By what a later plan could meet them: the names of both ends, and the stack of the other end with all its routes.
const namesOf = ({ stack, name, peer }: LeavingLink): readonly string[] => [
  `${stack} ${name}`,
  ...(peer ? [`${peer.in} ${peer.name}`, ...(peer.in === 'host' ? [] : [peer.in])] : []),
  ...(stack === 'host' ? [] : [stack]),
];

const subnetsIn = (plan: Plan): readonly Prefix[] =>
  plan.flatMap((operation) => {
    const resource = subject(operation);
    return operation.do !== 'delete' && resource.kind === 'address' && resource.in === 'host' ? subnetsOf([resource.address]) : [];
  });

const uppersIn = (plan: Plan): readonly UpperSpec[] =>
  plan.flatMap((operation) => {
    const resource = subject(operation);
    return operation.do !== 'delete' && resource.kind === 'link' && 'parent' in resource.spec ? [resource.spec] : [];
  });

// A parent has links of one kind and, of ipvlan, of one mode; a passthru one alone.
function excludes(gone: UpperSpec, made: UpperSpec): boolean {
  if (gone.parent !== made.parent) return false;
  if (gone.type === 'vlan' || made.type === 'vlan') return gone.type === 'vlan' && made.type === 'vlan' && gone.id === made.id;
  if (gone.type === 'ipvlan' && made.type === 'ipvlan') return gone.mode !== made.mode || gone.flag !== made.flag;
  return gone.type !== made.type || gone.mode === 'passthru' || made.mode === 'passthru';
}

function touchedBy(plan: Plan): ReadonlySet<string> {
  const touched = new Set<string>();
  for (const operation of plan) {
    if (operation.do === 'delete') continue;
    const resource = subject(operation);
    touched.add(resource.in);
    if (resource.kind !== 'link') continue;
    touched.add(`${resource.in} ${resource.name}`);
    if (resource.spec.type === 'veth') touched.add(resource.spec.peer.in).add(`${resource.spec.peer.in} ${resource.spec.peer.name}`);
  }
  return touched;
}
