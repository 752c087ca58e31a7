import { failure } from '../base/error.js';
import type { Tls } from '../base/read-tls.js';

/** A unix socket, and whose it is. */
export interface UnixPlace {
  readonly path: string;
  /** A group's name or number. Without it, `fairlead` where there is such a group and we are root. */
  readonly group?: number | string;
}

/** A TCP port. */
export interface TcpPlace {
  /** An address, or a name of this machine. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** With it only clients whose certificate `ca` has signed are served. */
  readonly tls?: Tls;
  /** Whether everybody who reaches it is served, by the tradition of its protocol. */
  readonly open?: true;
}

/** Where a server listens. */
export type Place = UnixPlace | TcpPlace;

const FORMS = 'tcp://HOST:PORT, or the path of a socket';

/** `tcp://HOST:PORT`, `unix://PATH` or a path, as users write them. Throws `listen-invalid`. */
export function parsePlace(text: string): Place {
  if (/^(unix:\/\/)?\//.test(text)) return { path: text.replace(/^unix:\/\//, '') };
  const place = text.startsWith('tcp://') ? hostAndPort(text.slice('tcp://'.length)) : undefined;
  if (!place) throw failure('listen-invalid', { place: text, forms: FORMS });
  return place;
}

/** `HOST:PORT`, where nothing else can be. Throws `listen-invalid`. */
export function parseTcpPlace(text: string): TcpPlace {
  const place = hostAndPort(text);
  if (!place) throw failure('listen-invalid', { place: text, forms: 'HOST:PORT, such as 127.0.0.1:9385 or [::1]:9385' });
  return place;
}

function hostAndPort(text: string): TcpPlace | undefined {
  const [, bracketed, bare, port = ''] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? bare;
  return host === undefined || Number(port) > 0xffff ? undefined : { host, port: Number(port) };
}

/** A place as users write it. */
export const printPlace = (place: Place): string =>
  'path' in place ? `unix://${place.path}` : `tcp://${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`;

/** Whether this machine alone can reach the host: 127.0.0.0/8, ::1, localhost. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** Refuses a port that everybody who reaches it could use. Throws `listen-open`. */
export function requireGuarded(place: Place): void {
  if (!('path' in place || place.tls || place.open || isLoopback(place.host))) throw failure('listen-open', { place: printPlace(place) });
}
