import { failure } from '../../base/error.js';
import { suggest } from '../../base/suggest.js';
import type { Node, Operand, Step } from './template.js';

/** Fills a template from an object. Fields of the object itself must exist, `value-invalid` otherwise; deeper ones may not. */
export function render(nodes: readonly Node[], data: object): string {
  return nodes.map((node) => renderNode(node, data, data)).join('');
}

/** Refuses a template with fields that `data` does not have, whatever is filled in later: what is shown first may come late, or never. Throws `value-invalid`. */
export function checkFields(nodes: readonly Node[], data: object): void {
  for (const node of nodes) {
    if (node.kind === 'text') continue;
    for (const operand of node.pipeline.flatMap(({ operands }) => operands)) if ('path' in operand) checkField(operand.path, data);
    if (node.kind === 'value') continue;
    // Within `range` the dot is an item, not the object.
    if (node.kind === 'if') checkFields(node.then, data);
    checkFields(node.otherwise, data);
  }
}

function checkField([first]: readonly string[], root: object): void {
  if (first !== undefined && !Object.hasOwn(root, first)) throw noField(first, root);
}

function renderNode(node: Node, dot: unknown, root: object): string {
  if (node.kind === 'text') return node.text;
  const value = evaluate(node.pipeline, dot, root);
  if (node.kind === 'value') return show(value);
  const inside = (each: unknown) => node.then.map((child) => renderNode(child, each, root)).join('');
  const otherwise = () => node.otherwise.map((child) => renderNode(child, dot, root)).join('');
  if (node.kind === 'if') return isTrue(value) ? inside(dot) : otherwise();
  const items = itemsOf(value);
  return items.length > 0 ? items.map(inside).join('') : otherwise();
}

function evaluate(pipeline: readonly Step[], dot: unknown, root: object): unknown {
  let value: unknown;
  pipeline.forEach((step, at) => {
    const given = step.operands.map((operand) => resolve(operand, dot, root));
    value = apply(step.call, at === 0 ? given : [...given, value]);
  });
  return value;
}

function resolve(operand: Operand, dot: unknown, root: object): unknown {
  if ('literal' in operand) return operand.literal;
  if (dot === root) checkField(operand.path, root);
  return operand.path.reduce<unknown>(member, dot);
}

// Own members only: a field named "constructor" is no field.
const member = (value: unknown, name: string | number): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string | number, unknown>)[name] : undefined;

function apply(call: Step['call'], given: readonly unknown[]): unknown {
  const [first, ...others] = given;
  switch (call) {
    case undefined:
      return first;
    case 'json':
      return JSON.stringify(first ?? null);
    case 'index':
      return others.reduce<unknown>((value, key) => member(value, typeof key === 'number' ? key : String(key)), first);
    case 'len':
      return typeof first === 'string' ? first.length : itemsOf(first).length;
    case 'upper':
      return show(first).toUpperCase();
    case 'lower':
      return show(first).toLowerCase();
    case 'join':
      return itemsOf(first).map(show).join(show(others[0]));
  }
}

// As Go's template does it: maps in the order of their keys.
function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
}

const isTrue = (value: unknown): boolean => (typeof value === 'object' && value !== null ? itemsOf(value).length > 0 : Boolean(value));

function show(value: unknown): string {
  if (value === undefined || value === null) return '<no value>';
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${members.map(([name, item]) => `${name}:${show(item)}`).join(' ')}]`;
}

const noField = (name: string, root: object) =>
  failure('value-invalid', {
    field: '--format',
    value: `.${name}`,
    reason: `no field here${suggest(name, Object.keys(root))}`,
    mend: `fields: ${Object.keys(root).join(', ')}`,
  });
