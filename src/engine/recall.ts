import { keyOf } from '../resource/key.js';
import type { Context } from './context.js';
import { FORWARDING } from './realize.js';

/**
 * What the kernel still tells of the past when the run directory was lost: an element of `fenced` of our table says that forwarding
 * was off in its family before we turned it on. Without it, what we made of the host would be taken for how it was.
 */
export async function recall({ kernel, journal }: Context): Promise<void> {
  // The journal and the elements come and go together: where something is written down nothing was lost.
  if (journal.list().size > 0) return;
  const fenced = new Set((await kernel.read(['host'])).flatMap((each) => (each.kind === 'element' && each.map === 'fenced' ? [each.key] : [])));
  const lost = FORWARDING.filter(({ family }) => fenced.has(family)).map(({ sysctl }) => [keyOf(sysctl), { value: '0' }] as const);
  if (lost.length > 0) await journal.put(new Map(lost));
}
