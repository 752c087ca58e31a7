import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { type ChannelCredentials, type ChannelOptions, credentials } from '@grpc/grpc-js';
import type { Trust } from '../../base/read-tls.js';

/** How a channel to an endpoint knows the other end, and is known. */
export function secured(endpoint: string, trust: Trust | undefined): { readonly by: ChannelCredentials; readonly options: ChannelOptions } {
  if (!trust) return { by: credentials.createInsecure(), options: {} };
  const host = endpoint.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const files = [pem(trust.ca), pem(trust.key), pem(trust.cert)] as const;
  if (isIP(host) === 0) return { by: credentials.createSsl(...files), options: {} };
  // TLS names no addresses (RFC 6066 section 3), and gRPC would: so it says a name that means nothing, and the certificate is held against the address.
  const by = credentials.createSsl(...files, { checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate) });
  return { by, options: { 'grpc.ssl_target_name_override': 'etcd' } };
}

const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
