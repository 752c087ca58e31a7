import { asFailure, failure } from '../../base/error.js';
import type { Log } from '../../base/log.js';
import { readAuthority, readTls, type Trust } from '../../base/read-tls.js';

/** What users say of an etcd that hosts share. */
export interface EtcdSettings {
  /** `HOST:PORT`, `[ADDRESS]:PORT` or `HOST`; one of them is enough, all of them are tried. */
  readonly endpoints: readonly string[];
  /** What keys begin with; `/fairlead` without it. */
  readonly prefix?: string;
  readonly user?: string;
  /** File of the user's password: its first line. It is read at each login. */
  readonly passwordFile?: string;
  /** PEM file of who signed etcd's certificates. With it TLS is spoken. */
  readonly ca?: string;
  /** PEM files of our certificate and its key, where etcd asks for one. */
  readonly cert?: string;
  readonly key?: string;
}

/** An etcd, and how it is spoken with. */
export interface EtcdPlace {
  /** As messages call it. */
  readonly name: string;
  /** `HOST:PORT`. */
  readonly endpoints: readonly string[];
  readonly prefix: string;
  readonly user?: EtcdUser;
  /** Certificates as their files have them now; those from before where they cannot be read, and the log is told so. */
  readonly tls?: (log: Log) => Trust;
}

/** Who we are to etcd. */
export interface EtcdUser {
  readonly name: string;
  readonly passwordFile: string;
}

const PORT = 2379;

/** Reads `etcd://HOST:PORT,HOST:PORT/PREFIX`: the endpoints and the prefix. Throws `store-place-invalid`. */
export function parseEtcdUrl(text: string): EtcdSettings {
  const [, hosts, prefix] = /^etcd:\/\/([^/]+)(\/.*)?$/.exec(text) ?? [];
  if (hosts === undefined) throw wrong(text, 'it begins with etcd:// and a host');
  return { endpoints: hosts.split(','), ...(prefix && prefix !== '/' && { prefix }) };
}

/** The place that the settings describe; its certificates are read, and again whenever somebody asks for them. Throws `store-place-invalid` and `tls-unreadable`. */
export function etcdPlace(settings: EtcdSettings): EtcdPlace {
  const endpoints = [...new Set(settings.endpoints.map(parseEndpoint))];
  if (endpoints.length === 0) throw wrong('', 'no endpoint is named');
  const prefix = parsePrefix(settings.prefix ?? '/fairlead');
  const user = userOf(settings);
  const tls = trustOf(settings);
  return { name: `etcd://${endpoints.join(',')}${prefix}`, endpoints, prefix, ...(user && { user }), ...(tls && { tls }) };
}

function parseEndpoint(text: string): string {
  const [, v6, host, port = String(PORT)] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const name = v6 === undefined ? host : `[${v6}]`;
  if (name === undefined || Number(port) > 0xffff || Number(port) === 0) throw wrong(text, 'an endpoint is HOST:PORT or [ADDRESS]:PORT');
  return `${name}:${Number(port)}`;
}

function parsePrefix(text: string): string {
  if (/^(\/[\w.-]+)+\/?$/.test(text)) return text.replace(/\/$/, '');
  throw wrong(text, 'a prefix is /NAME or /NAME/NAME, of letters, digits, "_", "." and "-"');
}

function userOf({ user, passwordFile }: EtcdSettings): EtcdUser | undefined {
  if (user === undefined && passwordFile === undefined) return undefined;
  if (!user || !passwordFile) throw wrong(user ?? passwordFile ?? '', 'a user and the file of its password go together');
  return { name: user, passwordFile };
}

function trustOf({ ca, cert, key }: EtcdSettings): EtcdPlace['tls'] {
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  if (!ca || !cert !== !key) throw wrong(ca ?? cert ?? key ?? '', 'TLS takes ca, and cert and key together where etcd asks for a certificate');
  return followed(() => (cert && key ? readTls({ ca, cert, key }) : { ca: readAuthority(ca) }));
}

// Certificates are renewed beneath us, and a new connection wants the new ones. While they are being written they may not fit each other: those
// from before hold.
function followed(read: () => Trust): (log: Log) => Trust {
  let last = read();
  let said = '';
  return (log) => {
    try {
      last = read();
      said = '';
    } catch (error) {
      const { message } = asFailure(error);
      if (message !== said) log.warn('the certificates for the shared store cannot be read; those from before are used', { error: message });
      said = message;
    }
    return last;
  };
}

const wrong = (place: string, reason: string) => failure('store-place-invalid', { place, reason });
