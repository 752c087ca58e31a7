import { failure } from '../base/error.js';
import type { HostFacts } from '../model/driver.js';
import { wayToKind } from '../resource/link-module.js';
import type { LinkKind } from '../resource/resource.js';

/** Refuses a kind of link that this kernel does not make. Throws `kernel-lacks`. */
export function requireKind(kind: LinkKind, link: string, { lacks }: Pick<HostFacts, 'lacks'>): void {
  if (lacks.includes(kind)) throw failure('kernel-lacks', { command: `ip link add ${link} type ${kind}`, errno: 'EOPNOTSUPP', mend: wayToKind(kind) });
}
