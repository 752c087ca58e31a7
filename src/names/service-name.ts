import { labelsOf, type NameKey, nameKey } from './wire/name-key.js';
import type { PublishedPort } from '../model/records.js';

/** A port on which something is served. */
export interface Service {
  readonly protocol: PublishedPort['protocol'];
  readonly port: number;
}

/** Whether this is the name of a service of somebody: `_80._tcp.web` (RFC 2782). */
export const asksService = (key: NameKey): boolean => key.charCodeAt(1) === UNDERSCORE && PROTOCOLS.some((each) => key.startsWith(each, key.charCodeAt(0) + 1));

/** The service that such a name asks for; `undefined` where its port is no number: nobody gave names to ports. */
export function serviceOf(key: NameKey): Service | undefined {
  const [port = '', protocol = ''] = labelsOf(key);
  return /^_\d{1,5}$/.test(port) ? { protocol: protocol.slice(1) as Service['protocol'], port: Number(port.slice(1)) } : undefined;
}

const UNDERSCORE = 0x5f;
const PROTOCOLS: readonly NameKey[] = ['_tcp', '_udp', '_sctp'].map((label) => nameKey(label) ?? '');
