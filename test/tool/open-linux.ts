import { closeSync } from 'node:fs';
import { LinuxKernel } from '#dist/kernel/linux/linux-kernel.js';
import type { Open } from '../conformance/kernel/host.js';
import { dockerFirewall } from './foreign-table.js';
import { disturbIn, strangersNamespace } from './held-namespace.js';
import { hostNamespace } from './host-namespace.js';
import { strangers } from './strangers.js';

/** Opens the kernel of Linux on a host of its own, for the suite of the Kernel face. */
export const openLinux: Open = async () => {
  const host = await hostNamespace();
  const open = () => LinuxKernel.open({ host: host.path, run: host.run, instance: { id: 'conformance', group: 0x464c } });
  let kernel = await open().catch(async (error: unknown) => {
    await host.close();
    throw error;
  });
  return {
    get kernel() {
      return kernel;
    },
    async reopen() {
      await kernel[Symbol.asyncDispose]();
      kernel = await open();
      return kernel;
    },
    async adoptable() {
      const { path, close } = await strangersNamespace();
      return { path, release: close, leadOut: () => disturbIn(path, 'lead-out') };
    },
    disturb: { ...host, makeDockerUser: (family) => host.netfilter(dockerFirewall(family)) },
    ...strangers(),
    closeSocket: closeSync,
    async close() {
      await kernel[Symbol.asyncDispose]();
      await host.close();
    },
  };
};
