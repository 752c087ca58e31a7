import type { Kernel } from '../../src/kernel/kernel.js';

/** The kernel is busy with what it was asked before: from now on it takes a plan when it is let, which the answer does. */
export function busy(kernel: Kernel): () => void {
  let go = (): void => {};
  const free = new Promise<void>((resolve) => (go = resolve));
  const apply = kernel.apply.bind(kernel);
  kernel.apply = async (plan) => {
    await free;
    return apply(plan);
  };
  return go;
}
