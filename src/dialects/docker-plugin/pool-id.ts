import { failure } from '../../base/error.js';
import { parsePrefix } from '../../ip/prefix.js';
import type { Prefix } from '../../ip/types.js';

/** What Docker knows a subnet by: it sends this back, and nothing else of what it had asked for. */
export interface PoolId {
  /** The network's name; empty where Docker was told none. */
  readonly name: string;
  readonly subnet: Prefix;
  /** The part of it from which addresses are given, where the user named one. */
  readonly range?: Prefix;
}

/** `NAME/SUBNET`, or `NAME/SUBNET/RANGE`. */
export const printPoolId = ({ name, subnet, range }: PoolId): string => [name, subnet, ...(range ? [range] : [])].join('/');

/** Reads it. Throws `value-invalid`. */
export function readPoolId(id: string): PoolId {
  const [, name, first = '', second] = /^([^/]*)\/([^/]+\/\d+)(?:\/([^/]+\/\d+))?$/.exec(id) ?? [];
  const [subnet, range] = [parsePrefix(first), second === undefined ? undefined : parsePrefix(second)];
  if (name !== undefined && subnet !== undefined && (second === undefined || range !== undefined)) return { name, subnet, ...(range && { range }) };
  throw failure('value-invalid', { field: 'PoolID', value: id, reason: 'none that was given here', mend: 'make the network anew' });
}
