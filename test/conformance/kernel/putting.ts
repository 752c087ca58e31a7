import { describe, expect, it } from 'vitest';
import { setTimeout as rest } from 'node:timers/promises';
import type { Kernel } from '../../../src/kernel/kernel.js';
import { keyOf } from '../../../src/resource/key.js';
import type { Plan, Resource } from '../../../src/resource/resource.js';
import { make, type Open, sharedHost, sorted } from './host.js';
import { bridge, element, table } from './shapes.js';
import { told } from './told.js';

const creating = (...resources: Resource[]): Plan => resources.map((resource) => ({ do: 'create', resource }));

/** A kernel may open what it needs with the first that is put. */
async function opened(kernel: Kernel): Promise<void> {
  const [probe, deadline] = [element('masq', 'flprobe'), Date.now() + 20_000];
  while (!kernel.put(creating(probe))) {
    if (Date.now() > deadline) throw new Error('nothing can be put');
    await rest(5);
  }
  expect(kernel.put([{ do: 'delete', resource: probe }])).toBe(true);
}

export function puttingConforms(open: Open): void {
  describe('putting', () => {
    const shared = sharedHost(open);

    it('makes a few elements before it returns, and takes them away', async () => {
      const { kernel } = shared;
      const elements = [element('bridges', 'fla'), element('masq', 'fla')];
      await make(kernel, [table]);
      await opened(kernel);
      expect(kernel.put(creating(...elements))).toBe(true);
      expect(sorted(await kernel.read(['host']))).toEqual(sorted([table, ...elements]));
      expect(kernel.put(elements.map((resource) => ({ do: 'delete', resource })))).toBe(true);
      expect(await kernel.read(['host'])).toEqual([table]);
    });

    it('does nothing where one of them is there already', async () => {
      const { kernel } = shared;
      const [first, second] = [element('bridges', 'fla'), element('masq', 'fla')];
      await make(kernel, [table, second]);
      await opened(kernel);
      expect(kernel.put(creating(first, second))).toBe(false);
      expect(sorted(await kernel.read(['host']))).toEqual(sorted([table, second]));
    });

    it('leaves all else, and many, to be applied', async () => {
      const { kernel } = shared;
      await make(kernel, [table]);
      await opened(kernel);
      expect(kernel.put(creating(element('bridges', 'fla'), bridge('fla')))).toBe(false);
      expect(kernel.put(creating(...Array.from({ length: 300 }, (_, n) => element('masq', `fl${n}`))))).toBe(false);
      expect(await kernel.read(['host'])).toEqual([table]);
    });

    it('is nothing that somebody else did', async () => {
      const { kernel } = shared;
      const gone = bridge('flgone');
      await make(kernel, [table, gone]);
      await opened(kernel);
      const keys = await told(kernel, gone, async () => {
        expect(kernel.put(creating(element('masq', 'fla')))).toBe(true);
        await shared.host.disturb.deleteLink('flgone');
      });
      expect([...keys]).not.toContain(keyOf(table));
    });
  });
}
