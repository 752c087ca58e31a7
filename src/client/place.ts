import { failure } from '../base/error.js';
import { readTls, type Tls } from '../base/read-tls.js';
import { socketPath } from '../base/socket-path.js';

/** Where the daemon is when nobody says otherwise. */
const USUAL = 'unix:///run/fairlead/fairlead.sock';

/** Where a daemon listens. `name` is how messages call it. */
export type Place =
  | { readonly name: string; readonly socketPath: string }
  | { readonly name: string; readonly host: string; readonly port: number; readonly tls?: Tls };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The place that a text names: `unix:///path`, `http://host:port` or `https://host:port`. Without one, that of FAIRLEAD_HOST, or the
 * usual. Throws `usage-invalid`, `socket-path-long` and, for https, `tls-incomplete` and `tls-unreadable`.
 */
export function parsePlace(text?: string, env: Environment = process.env): Place {
  const named = text ?? (env['FAIRLEAD_HOST'] || USUAL);
  if (named.startsWith('unix:///')) return atSocket(named.slice('unix://'.length));
  const url = URL.canParse(named) ? new URL(named) : undefined;
  const port = url && PORTS[url.protocol];
  if (!url || port === undefined || url.pathname !== '/' || url.search || url.hash || url.username) throw unknownPlace(named);
  const place = { name: url.origin, host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || port) };
  return url.protocol === 'https:' ? { ...place, tls: tlsOf(env) } : place;
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

const atSocket = (path: string): Place => ({ name: path, socketPath: socketPath(path) });

const unknownPlace = (text: string) =>
  failure('usage-invalid', {
    reason: `"${text}" names no daemon${text.startsWith('/') ? `; did you mean unix://${text}?` : ''}`,
    help: 'unix:///PATH, http://ADDRESS:PORT or https://ADDRESS:PORT',
  });

function tlsOf({ FAIRLEAD_TLS_CERT: cert, FAIRLEAD_TLS_KEY: key, FAIRLEAD_TLS_CA: ca }: Environment): Tls {
  if (!cert || !key || !ca) throw failure('tls-incomplete', { how: 'FAIRLEAD_TLS_CERT, FAIRLEAD_TLS_KEY and FAIRLEAD_TLS_CA name their files' });
  return readTls({ cert, key, ca });
}
