import { subject } from '../../resource/order.js';
import type { ElementResource, Operation, Plan, Resource } from '../../resource/resource.js';

/** What elements of one set have in common. */
type Head = Omit<ElementResource, 'key' | 'value'>;

/** Elements in columns: copying an object from thread to thread takes ten times as long as copying a text, and there may be thousands. */
interface Columns {
  readonly heads: readonly Head[];
  /** Which of them is each element's. */
  readonly of: readonly number[];
  readonly keys: readonly string[];
  readonly values: readonly (string | undefined)[];
}

/** Resources on their way from one thread to the other, in their order. */
export type PackedResources = readonly (Resource | { readonly elements: Columns })[];

/** A plan on its way. */
export type PackedPlan = readonly (Operation | { readonly do: 'create' | 'delete'; readonly elements: Columns })[];

export function packResources(resources: readonly Resource[]): PackedResources {
  const packed = runs(resources, isElement).map(({ of, each }) => (of ? [{ elements: columns(each.filter(isElement)) }] : each));
  return packed.flat();
}

export const unpackResources = (packed: PackedResources): readonly Resource[] =>
  packed.flatMap<Resource>((each) => ('elements' in each ? elements(each.elements) : [each]));

export function packPlan(plan: Plan): PackedPlan {
  const packed = runs(plan, doneWithElement).map(({ of, each }) => (of ? [{ do: of, elements: columns(each.map(subject).filter(isElement)) }] : each));
  return packed.flat();
}

export const unpackPlan = (packed: PackedPlan): Plan =>
  packed.flatMap((each) => ('elements' in each ? elements(each.elements).map((resource): Operation => ({ do: each.do, resource })) : [each]));

const isElement = (resource: Resource): resource is ElementResource => resource.kind === 'element';
const doneWithElement = (operation: Operation): 'create' | 'delete' | false => operation.do !== 'change' && isElement(operation.resource) && operation.do;

/** Neighbours that are alike, together. */
function runs<T, Of>(things: readonly T[], of: (thing: T) => Of): { readonly of: Of; readonly each: T[] }[] {
  const found: { readonly of: Of; readonly each: T[] }[] = [];
  for (const thing of things) {
    const is = of(thing);
    const last = found.at(-1);
    if (last?.of === is) last.each.push(thing);
    else found.push({ of: is, each: [thing] });
  }
  return found;
}

function columns(run: readonly ElementResource[]): Columns {
  const places = new Map<string, number>();
  const heads: Head[] = [];
  const of = run.map(({ key, value, ...head }) => {
    const name = `${head.in} ${head.family} ${head.map}`;
    const place = places.get(name) ?? heads.push(head) - 1;
    places.set(name, place);
    return place;
  });
  return { heads, of, keys: run.map(({ key }) => key), values: run.map(({ value }) => value) };
}

function elements({ heads, of, keys, values }: Columns): readonly ElementResource[] {
  return keys.map((key, index): ElementResource => {
    const value = values[index];
    return { ...(heads[of[index] as number] as Head), key, ...(value === undefined ? {} : { value }) };
  });
}
