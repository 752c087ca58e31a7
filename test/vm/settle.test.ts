import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { hostNamespace } from '../tool/host-namespace.js';

const child = fileURLToPath(new URL('./settle.child.mjs', import.meta.url));
// src/kernel/linux/settle.ts waits no longer; a machine that is busy enough may need more.
const PATIENCE = 500;

interface Printed {
  readonly alone: readonly boolean[];
  readonly planned: readonly { readonly took: number; readonly settled: readonly boolean[] }[];
}

// Asking for a link makes this kernel look at no carrier (that came with 6.8), so that its own event is waited for.
it('what a plan set up carries packets when it is answered, on a kernel that must be waited for', async () => {
  const host = await hostNamespace();
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [child, host.path, host.run]);
    const { alone, planned } = JSON.parse(stdout) as Printed;
    expect(alone).toContain(false);
    for (const { took, settled } of planned) if (took < PATIENCE) expect(settled).toEqual([true, true, true]);
    expect(planned.some(({ settled }) => settled.every(Boolean))).toBe(true);
  } finally {
    await host.close();
  }
});
