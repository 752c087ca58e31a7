import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { failure } from '../base/error.js';
import { hostNames } from './host-names.js';
import { isLoopback, type Place, type TcpPlace } from './place.js';

/** Looks at the headers of a request. Throws `origin-refused`. */
export type BrowserGuard = (headers: Headers) => void;

/**
 * By what the host is called now, what refuses whatever a browser sends for a page of somebody else's: another origin, or a host's name that leads here by a trick of DNS.
 * A unix socket is out of a browser's reach.
 */
export function browserGuard(place: Place): BrowserGuard {
  if ('path' in place) return () => {};
  const isOurs = ownNames(place);
  return (headers) => {
    const host = headers.get('host') ?? '';
    if (!isOurs(hostOf(`http://${host}`))) throw failure('origin-refused', { header: 'Host', value: host });
    const origin = headers.get('origin');
    if (origin !== null && originHost(origin) !== host) throw failure('origin-refused', { header: 'Origin', value: origin });
    const site = headers.get('sec-fetch-site');
    if (site === 'cross-site') throw failure('origin-refused', { header: 'Sec-Fetch-Site', value: site });
  };
}

// An address is no name, and what is no name cannot be made to lead elsewhere; nobody else can have the names of this host and of its certificate.
function ownNames({ host: listening, tls }: TcpPlace): (host: string) => boolean {
  const names = new Set([listening.toLowerCase(), ...hostNames()]);
  const certificate = tls && new X509Certificate(tls.cert);
  return (host) => isIP(host) !== 0 || isLoopback(host) || names.has(host) || (host !== '' && certificate?.checkHost(host) !== undefined);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}

const originHost = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : '');
