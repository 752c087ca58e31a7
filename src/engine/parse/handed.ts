import { isAbsolute } from 'node:path';
import { failure } from '../../base/error.js';
import type { SandboxAsk } from '../../model/asks.js';

/** Refuses what another engine decides in a sandbox that is handed to it. Throws `value-invalid`. */
export function parseHanded({ handed, netns, dns }: SandboxAsk): string | undefined {
  if (handed === undefined) return undefined;
  const refuse = (reason: string, mend: string) => failure('value-invalid', { field: 'handed', value: handed, reason, mend });
  if (!isAbsolute(handed)) throw refuse('no absolute path', "the file of the engine's namespace, there already or not");
  if (netns !== undefined) throw refuse('given with a namespace to adopt', 'leave one of the two out');
  if (dns !== undefined) throw refuse('given with how names are looked up', "leave that out: inside, names are the engine's");
  return handed;
}
