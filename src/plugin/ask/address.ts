import type { Trust } from '../../base/read-tls.js';

/** Where a plugin answers. */
export type PluginAddress = { readonly socket: string } | { readonly host: string; readonly port: number; readonly tls?: PluginTls };

/** How it is reached by TLS. Without an authority its certificate is not looked at, as Docker does. */
export type PluginTls = Partial<Trust> & { readonly trusting: boolean };

/** As people write it. */
export const printAddress = (address: PluginAddress): string =>
  'socket' in address
    ? `unix://${address.socket}`
    : `${address.tls ? 'https' : 'tcp'}://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
