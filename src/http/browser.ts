import { isIP } from 'node:net';
import { failure } from '../base/error.js';
import { isLoopback, type Place } from './place.js';

/**
 * Refuses what a browser sends for a page of somebody else's: another origin, or a host's name that leads here by a trick of DNS.
 * A unix socket is out of a browser's reach. Throws `origin-refused`.
 */
export function refuseBrowsers(place: Place, headers: Headers): void {
  if ('path' in place) return;
  const host = headers.get('host') ?? '';
  if (!isOurs(place.host, hostOf(`http://${host}`))) throw failure('origin-refused', { header: 'Host', value: host });
  const origin = headers.get('origin');
  if (origin !== null && originHost(origin) !== host) throw failure('origin-refused', { header: 'Origin', value: origin });
  const site = headers.get('sec-fetch-site');
  if (site === 'cross-site') throw failure('origin-refused', { header: 'Sec-Fetch-Site', value: site });
}

// An address is no name, and what is no name cannot be made to lead elsewhere.
const isOurs = (listening: string, host: string): boolean => isIP(host) !== 0 || isLoopback(host) || host === listening.toLowerCase();

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}

const originHost = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : '');
