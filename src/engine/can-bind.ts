import { createSocket } from 'node:dgram';
import { FairleadError } from '../base/error.js';
import { familyOf } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import type { Kernel } from '../kernel/kernel.js';

/**
 * Whether a program of the host could be at this address: by a link that has it, by a local route (`ip route add local PREFIX dev lo`), or because the host lets programs be at
 * addresses that may come later (`ip_nonlocal_bind`). True also where that cannot be tried.
 */
export async function canBind(kernel: Kernel, address: Ip): Promise<boolean> {
  try {
    close(await kernel.socket('host', { type: 'udp', address, port: 0 }), address);
    return true;
  } catch (error) {
    return !(FairleadError.is(error) && error.code === 'kernel-absent');
  }
}

// Node closes a descriptor that it has not opened by a socket of its own without a word, in any thread. A kernel in memory has none.
function close(fd: number, address: Ip): void {
  const socket = createSocket(familyOf(address) === 4 ? 'udp4' : 'udp6');
  try {
    socket.bind({ fd });
  } catch {
    // There is none.
  }
  socket.close();
}
