import type { Facts } from '../../base/json.js';
import type { Field } from './field.js';

/** The codes of the specification. From 100 on they are the plugin's own. */
export const refusalCodes = {
  version: 1,
  field: 2,
  container: 3,
  environment: 4,
  io: 5,
  decode: 6,
  config: 7,
  namespace: 8,
  again: 11,
  unavailable: 50,
  limited: 51,
  internal: 999,
} as const;

/** How a plugin says no. */
export interface Refusal {
  readonly code: number;
  readonly msg: string;
  readonly details?: string;
}

/** What a plugin printed that failed. Throws `cni-malformed` where it is no such object. */
export function parseRefusal(field: Field): Refusal {
  const details = field.at('details').optionalText();
  const code = field.at('code').optionalInteger(0, Number.MAX_SAFE_INTEGER) ?? 0;
  return { code, msg: field.at('msg').optionalText() ?? 'it does not say why', ...(details !== undefined && { details }) };
}

/** A refusal as a plugin prints it. */
export const printRefusal = ({ code, msg, details }: Refusal, version: string): Facts => ({
  cniVersion: version,
  code,
  msg,
  ...(details !== undefined && { details }),
});
