import { generateKeyPairSync } from 'node:crypto';

/** Who a host is to the others by WireGuard, as `wg` writes keys. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Another pair for X25519 (RFC 7748). */
export function newKeyPair(): KeyPair {
  const { d = '', x = '' } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return { privateKey: clamped(Buffer.from(d, 'base64url')).toString('base64'), publicKey: Buffer.from(x, 'base64url').toString('base64') };
}

// RFC 7748 §5; the kernel does it too, and tells what it has (wg_noise_set_static_identity_private_key of drivers/net/wireguard/noise.c).
function clamped(key: Buffer): Buffer {
  key.writeUInt8(key.readUInt8(0) & 248, 0);
  key.writeUInt8((key.readUInt8(31) & 127) | 64, 31);
  return key;
}
