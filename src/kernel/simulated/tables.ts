import { failure } from '../../base/error.js';
import type { ElementResource, TableResource } from '../../resource/resource.js';
import { Writer } from '../linux/netlink/writer.js';
import { type SetSpec, writeElement } from '../linux/nftables/set.js';
import { hostRulesets } from '../linux/nftables/message.js';
import { Errno } from './errno.js';
import type { Undo } from './undo.js';
import { netOf, type Table, type World } from './world.js';

const sets: ReadonlyMap<string, SetSpec> = new Map(
  Object.values(hostRulesets).flatMap(({ family, sets }) => sets.map((set) => [`${family} ${set.name}`, set])),
);
const encoder = new Writer(256);

export function createTable(world: World, instance: string, undo: Undo, resource: TableResource): void {
  const { tables } = netOf(world, resource.in);
  if (world.lacks.has(resource.family)) throw new Errno('EOPNOTSUPP');
  if (tables.has(tableKey(resource))) throw new Errno('EEXIST');
  undo.put(tables, tableKey(resource), { resource, instance, elements: new Map() });
}

/** Replaces a table: it begins empty. */
export function changeTable(world: World, instance: string, undo: Undo, to: TableResource): void {
  const { tables } = netOf(world, to.in);
  if (!tables.has(tableKey(to))) throw new Errno('ENOENT');
  undo.put(tables, tableKey(to), { resource: to, instance, elements: new Map() });
}

/** Another instance's stays. */
export function deleteTable(world: World, instance: string, undo: Undo, resource: TableResource): void {
  const tables = world.stacks.get(resource.in)?.net.tables;
  if (tables?.get(tableKey(resource))?.instance === instance) undo.drop(tables, tableKey(resource));
}

export function createElement(world: World, undo: Undo, resource: ElementResource): void {
  const { elements } = tableOf(world, resource);
  check(resource);
  if (elements.has(elementKey(resource))) throw new Errno('EEXIST');
  undo.put(elements, elementKey(resource), resource);
}

export function changeElement(world: World, undo: Undo, to: ElementResource): void {
  const { elements } = tableOf(world, to);
  check(to);
  if (!elements.has(elementKey(to))) throw new Errno('ENOENT');
  undo.put(elements, elementKey(to), to);
}

export function deleteElement(world: World, undo: Undo, resource: ElementResource): void {
  const elements = find(world, resource)?.elements;
  if (elements) undo.drop(elements, elementKey(resource));
}

const find = (world: World, { in: stack, family, table }: ElementResource): Table | undefined =>
  world.stacks.get(stack)?.net.tables.get(tableKey({ family, name: table }));

function tableOf(world: World, resource: ElementResource): Table {
  const table = find(world, resource);
  if (!table) throw new Errno('ENOENT');
  return table;
}

// What could not be written to Linux is refused here as well: a set that the table has not, parts that its types do not hold.
function check({ family, map, key, value }: ElementResource): void {
  const set = sets.get(`${family} ${map}`);
  if (!set || (set.value === undefined) !== (value === undefined)) throw failure('internal', { reason: `no element of ${map}: ${key}` });
  try {
    writeElement(encoder, set, key, value);
  } finally {
    encoder.take();
  }
}

const tableKey = ({ family, name }: Pick<TableResource, 'family' | 'name'>): string => `${family} ${name}`;
const elementKey = ({ map, key }: ElementResource): string => `${map} ${key}`;
