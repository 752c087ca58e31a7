import type { Kind } from './tree.js';

const ALL = ['network', 'sandbox', 'endpoint'] as const;
const TEMPLATE = { network: '{{.Name}}', sandbox: '{{.Name}}', endpoint: '{{.Network}}/{{.Name}}' };

/** The command by which a shell asks the daemon for the names of a kind, as they are written where one is wanted. */
export function namesOf(kind: Kind): string {
  if (kind !== 'object') return `fairlead ${kind} ls --format '${TEMPLATE[kind]}' 2>/dev/null`;
  return ALL.map((each) => `fairlead ${each} ls --format '${each}/${TEMPLATE[each]}' 2>/dev/null`).join('; ');
}
