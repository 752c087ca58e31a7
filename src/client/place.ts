import { failure } from '../base/error.js';
import { socketPath } from '../base/socket-path.js';

/** Where the daemon is when nobody says otherwise. */
const USUAL = 'unix:///run/fairlead/fairlead.sock';

/** Where a daemon listens. `name` is how messages call it. */
export type Place = { readonly name: string; readonly socketPath: string } | { readonly name: string; readonly host: string; readonly port: number };

/** The place that a text names: `unix:///path` or `http://host:port`. Without one, that of FAIRLEAD_HOST, or the usual. Throws `usage-invalid` and `socket-path-long`. */
export function parsePlace(text: string = process.env['FAIRLEAD_HOST'] || USUAL): Place {
  if (text.startsWith('unix:///')) return atSocket(text.slice('unix://'.length));
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' || url.pathname !== '/' || url.search || url.hash || url.username) throw unknownPlace(text);
  return { name: url.origin, host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80) };
}

const atSocket = (path: string): Place => ({ name: path, socketPath: socketPath(path) });

const unknownPlace = (text: string) =>
  failure('usage-invalid', {
    reason: `"${text}" names no daemon${text.startsWith('/') ? `; did you mean unix://${text}?` : ''}`,
    help: 'unix:///PATH or http://ADDRESS:PORT',
  });
