import { DnetFailure } from './failure.js';

/** Where a daemon listens. */
export interface DnetPlace {
  readonly host: string;
  readonly port: number;
}

/** Where nobody says so. */
export const DEFAULT_HOST = 'tcp://0.0.0.0:2385';
/** The port of an address that names none. */
const DEFAULT_PORT = 2375;

/** `tcp://HOST[:PORT]`, `HOST:PORT`. Throws a failure for another transport. */
export function parseDnetHost(text: string): DnetPlace {
  const [scheme, rest] = text.includes('://') ? text.split('://', 2) : ['tcp', text];
  if (scheme !== 'tcp') throw new DnetFailure('dnet currently only supports tcp transport');
  const [, bracketed, bare, port] = /^(?:\[([\da-fA-F:.]+)\]|([^:/[\]]*))(?::(\d{1,5}))?\/?$/.exec(rest ?? '') ?? [];
  const host = bracketed ?? bare;
  if (host === undefined || Number(port ?? 0) > 0xffff) throw new DnetFailure(`Invalid bind address format: ${text}`);
  return { host: host || '0.0.0.0', port: port === undefined ? DEFAULT_PORT : Number(port) };
}
