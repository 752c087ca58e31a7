import { randomBytes } from 'node:crypto';
import type { Claims } from '../../ledger/types.js';
import type { ClusterHost } from '../../model/cluster.js';
import type { TransformResource } from '../../resource/resource.js';

/** Sees whether this host can encrypt, by a transform that nobody uses. Throws `kernel-lacks`. */
export async function requireEsp({ address }: ClusterHost, declare: (claims: Claims) => Promise<unknown>): Promise<void> {
  const spi = randomBytes(4).readUInt32BE() | 0x100;
  const probe: TransformResource = {
    kind: 'transform',
    in: 'host',
    direction: 'in',
    from: address,
    to: address,
    spi: spi >>> 0,
    key: randomBytes(20).toString('hex'),
  };
  await declare(new Map([['host', [probe]]]));
  await declare(new Map([['host', []]]));
}
